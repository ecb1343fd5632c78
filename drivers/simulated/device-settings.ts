/** The registers of a STU pad: set, kept and told again (`pads.md` 1.7). */
import { DeviceFlash } from './device-flash.ts';
import { deviceResult } from './device-states.ts';
import type { DeviceResult } from './device-states.ts';
import { from565 } from './framebuffer.ts';
import type { Rect, Rgb } from './framebuffer.ts';
import type { StuFacts } from './stu-facts.ts';

const white: Rgb = [255, 255, 255];
const black: Rgb = [0, 0, 0];
/** Thin, as the pad is delivered. */
const thin = 1;
const { none, badParameter, wrongArea } = deviceResult;
const thresholdMax = 0x3ff;

/** A fresh pad: no number of its own, white background, backlight and contrast in the middle, no boot picture. */
export function freshFlash(): DeviceFlash {
  const flash = new DeviceFlash();
  flash.init('uid', [0, 0, 0, 0]);
  flash.init('background', white);
  flash.init('backlight', [2, 0]);
  flash.init('contrast', [16, 0]);
  flash.init('default-mode', [1, 0]);
  // Off, unlike a real pad, which shows the maker's picture for some seconds: tests turn it on where they mean it.
  flash.init('boot-screen', [0]);
  return flash;
}

export class DeviceSettings {
  readonly #facts: StuFacts;
  readonly #flash: DeviceFlash;
  inking = true;
  optionMode = 0;
  threshold = { on: 21, off: 16 };
  area: Rect;
  pen: { readonly colour: Rgb; readonly thickness: number } = { colour: black, thickness: thin };
  background: Rgb;
  #rendering = 0;
  #rate = 200;

  constructor(facts: StuFacts, flash: DeviceFlash) {
    this.#facts = facts;
    this.#flash = flash;
    this.area = wholeScreen(facts);
    this.background = rgbOf(flash.read('background'));
  }

  /** As after a soft reset. The background in the flash stays; the one in use is white until it is set or power comes. */
  reset(): void {
    this.inking = true;
    this.optionMode = 0;
    this.threshold = { on: 21, off: 16 };
    this.area = wholeScreen(this.#facts);
    this.pen = { colour: black, thickness: thin };
    this.background = white;
    this.#rendering = 0;
  }
  powerOn(): void {
    this.reset();
    this.background = rgbOf(this.#flash.read('background'));
  }

  /** Width of ink in pixels: 1, 3, 5, 7 on the large screen. */
  get inkWidth(): number {
    return this.#facts.width >= 640 ? this.pen.thickness * 2 + 1 : this.pen.thickness + 1;
  }
  get bootScreen(): boolean {
    return this.#flash.read('boot-screen')?.[0] === 1;
  }

  /** The payload, without the ID; null for a report that is no setting. */
  get(id: number): readonly number[] | Uint8Array | null {
    switch (id) {
      case 0x0a:
        return this.#flash.read('uid');
      case 0x0c:
        return this.#flash.read('default-mode');
      case 0x0d:
        return [this.#rate];
      case 0x0e:
        return [this.#rendering];
      case 0x21:
        return [this.inking ? 1 : 0];
      case 0x22:
        return [...word(this.threshold.on), ...word(this.threshold.off)];
      case 0x28:
        return [...word(to565(this.pen.colour)), this.pen.thickness];
      case 0x29:
        return word(to565(this.background));
      case 0x2a: {
        const { x, y, width, height } = this.area;
        return [x, y, x + width - 1, y + height - 1].flatMap(word);
      }
      case 0x2b:
        return this.#flash.read('backlight');
      case 0x2c:
        return this.#flash.read('contrast');
      case 0x2d:
        return [...this.#ordered(this.pen.colour), this.pen.thickness];
      case 0x2e:
        return this.#ordered(this.background);
      case 0x2f:
        return this.#flash.read('boot-screen');
      case 0x32:
        return [this.optionMode];
      default:
        return null;
    }
  }

  /** Null for a report that is no setting. `report` has its full length and its ID. */
  set(report: Uint8Array): DeviceResult | null {
    const view = new DataView(report.buffer, report.byteOffset, report.byteLength);
    const first = view.getUint8(1);
    switch (report[0]) {
      case 0x0a:
        return this.#keep('uid', report);
      case 0x0c:
        return first === 1 || first === 2 ? this.#keep('default-mode', report) : badParameter;
      case 0x0d:
        return this.#set(first === 150 || first === 200, () => (this.#rate = first));
      case 0x0e:
        return this.#set(first <= 1, () => (this.#rendering = first));
      case 0x21:
        return this.#set(first <= 1, () => (this.inking = first === 1));
      case 0x22: {
        const threshold = { on: view.getUint16(1, true), off: view.getUint16(3, true) };
        const valid = threshold.on <= thresholdMax && threshold.off <= thresholdMax;
        return this.#set(valid, () => (this.threshold = threshold));
      }
      case 0x28:
        return this.#setPen(from565(view.getUint16(1, true)), view.getUint8(3));
      case 0x29:
        return this.#setBackground(from565(view.getUint16(1, true)));
      case 0x2a: {
        const area = rectOf(view, 1, this.#facts);
        if (area === null) return wrongArea;
        this.area = area;
        return none;
      }
      case 0x2b:
        return view.getUint16(1, true) <= 3 ? this.#keep('backlight', report) : badParameter;
      case 0x2c:
        return this.#keep('contrast', report);
      case 0x2d:
        return this.#setPen(this.#ordered(rgbOf(report.subarray(1))), view.getUint8(4));
      case 0x2e:
        return this.#setBackground(this.#ordered(rgbOf(report.subarray(1))));
      case 0x2f:
        return first <= 1 ? this.#keep('boot-screen', report) : badParameter;
      case 0x32: {
        const modes = this.#facts.optionMode === 3 ? [0, 3] : [0, 1, 2];
        return this.#set(modes.includes(first), () => (this.optionMode = first));
      }
      default:
        return null;
    }
  }

  #set(valid: boolean, act: () => unknown): DeviceResult {
    if (!valid) return badParameter;
    act();
    return none;
  }
  #keep(cell: string, report: Uint8Array): DeviceResult {
    this.#flash.write(cell, report.subarray(1));
    return none;
  }
  /** A screen without colour keeps the thickness only. */
  #setPen(colour: Rgb, thickness: number): DeviceResult {
    const coloured = (this.#facts.encodings & 0x0c) !== 0;
    return this.#set(thickness <= 3, () => (this.pen = { colour: coloured ? colour : black, thickness }));
  }
  #setBackground(colour: Rgb): DeviceResult {
    this.background = colour;
    this.#flash.write('background', Uint8Array.from(colour));
    return none;
  }
  #ordered([one, two, three]: Rgb): Rgb {
    return this.#facts.colourOrder === 'rgb' ? [one, two, three] : [three, two, one];
  }
}

/**
 * Upper-left and lower-right pixel, LE. Working drivers send width and height for the last corner of the whole screen:
 * the pad takes one past the edge. Null for a rectangle that is none.
 */
export function rectOf(
  view: DataView,
  at: number,
  screen: { readonly width: number; readonly height: number },
): Rect | null {
  const [x0, y0, x1, y1] = [0, 2, 4, 6].map((step) => view.getUint16(at + step, true)) as [
    number,
    number,
    number,
    number,
  ];
  if (x1 < x0 || y1 < y0 || x1 > screen.width || y1 > screen.height) return null;
  const [right, bottom] = [Math.min(x1, screen.width - 1), Math.min(y1, screen.height - 1)];
  return right < x0 || bottom < y0 ? null : { x: x0, y: y0, width: right - x0 + 1, height: bottom - y0 + 1 };
}

const wholeScreen = ({ width, height }: StuFacts): Rect => ({ x: 0, y: 0, width, height });
export const word = (value: number): [number, number] => [value & 0xff, (value >> 8) & 0xff];
const rgbOf = (bytes: Uint8Array | null): Rgb => [bytes?.[0] ?? 255, bytes?.[1] ?? 255, bytes?.[2] ?? 255];

const to565 = ([red, green, blue]: Rgb): number => ((red >> 3) << 11) | ((green >> 2) << 5) | (blue >> 3);
