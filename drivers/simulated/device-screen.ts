/** The screen of a STU pad: pictures sent and stored, clearing, and the modes that show pictures (`pads.md` 1.7, 1.8, 1.11). */
import type { DeviceBody } from './device-body.ts';
import type { DeviceFlash } from './device-flash.ts';
import { ImageUpload } from './device-images.ts';
import { DeviceModes } from './device-modes.ts';
import { DeviceRom } from './device-rom.ts';
import type { RomTarget } from './device-rom.ts';
import { rectOf, word } from './device-settings.ts';
import type { DeviceSettings } from './device-settings.ts';
import { deviceResult, deviceStatus } from './device-states.ts';
import type { DeviceResult } from './device-states.ts';
import { Framebuffer } from './framebuffer.ts';
import type { Rect } from './framebuffer.ts';
import type { StuFacts } from './stu-facts.ts';

const { none, badParameter, wrongArea, wrongState, noImage } = deviceResult;

export class DeviceScreen {
  readonly shown: Framebuffer;
  readonly #facts: StuFacts;
  readonly #body: DeviceBody;
  readonly #settings: DeviceSettings;
  readonly #rom: DeviceRom;
  readonly #modes = new DeviceModes();
  #upload: { readonly image: ImageUpload; readonly rom: RomTarget | null } | null = null;
  #imageArea: Rect;
  #stopSlides: () => void = () => undefined;
  #lastImage = -Infinity;

  constructor(facts: StuFacts, body: DeviceBody, settings: DeviceSettings, flash: DeviceFlash) {
    this.#facts = facts;
    this.#body = body;
    this.#settings = settings;
    this.#rom = new DeviceRom(flash);
    this.shown = new Framebuffer(facts.width, facts.height);
    this.#imageArea = this.shown.whole;
  }

  /** When an image was last ended, microseconds. */
  get lastImage(): number {
    return this.#lastImage;
  }
  /** False in a mode of the pad's own that has no use for a pen. */
  get sendsPen(): boolean {
    return this.#modes.sendsPen;
  }
  forget(): void {
    this.#stopSlides();
    this.#upload = null;
    this.#modes.reset();
    this.#imageArea = this.shown.whole;
    this.#lastImage = -Infinity;
  }
  powerOn(): void {
    this.shown.clear(this.#settings.background);
  }

  /** The payload, without the ID; null for a report that is not about the screen. */
  get(id: number): Uint8Array | readonly number[] | null {
    switch (id) {
      case 0x93:
        return this.#modes.answer();
      case 0x96:
        return this.#rom.answer();
      case 0x98: {
        const { x, y, width, height } = this.#imageArea;
        return [x, y, x + width - 1, y + height - 1].flatMap(word);
      }
      default:
        return null;
    }
  }

  /** Null for a report that is not about the screen. `report` has its full length and its ID. */
  set(report: Uint8Array): DeviceResult | null {
    const payload = report.subarray(1);
    const first = payload[0] ?? 0;
    const view = new DataView(report.buffer, report.byteOffset, report.byteLength);
    switch (report[0]) {
      case 0x20:
        this.#body.work(deviceStatus.image, this.#facts.timing.clear, () =>
          this.shown.clear(this.#settings.background),
        );
        return none;
      case 0x23: {
        const area = rectOf(view, 3, this.#facts);
        if (area === null) return wrongArea;
        this.shown.clear(this.#settings.background, area);
        return none;
      }
      case 0x24: {
        const area = rectOf(view, 3, this.#facts);
        return area === null ? wrongArea : this.#start(first, area, null);
      }
      case 0x25:
        return this.#start(first, this.shown.whole, null);
      case 0x26:
        return this.#upload?.image.block(report) ?? wrongState;
      case 0x27:
        return this.#end(first);
      case 0x93:
        return this.#setMode(payload);
      case 0x94: {
        const target = this.#rom.target(payload);
        return typeof target === 'number' ? target : this.#start(first, this.shown.whole, target);
      }
      case 0x96:
        return this.#rom.ask(payload);
      case 0x97: {
        const result = this.#rom.erase(payload);
        if (result === none) this.#body.work(deviceStatus.romBusy, this.#facts.timing.flash);
        return result;
      }
      case 0x9b:
        return this.#showStored({ mode: first, slot: payload[1] ?? 0 });
      default:
        return null;
    }
  }

  /** An image that another client began and never ended. */
  leaveUnfinished(): void {
    this.#start(0, this.shown.whole, null);
  }

  /** Bytes of the bulk endpoint; null where no image is to come that way. */
  bulk(bytes: Uint8Array): DeviceResult | null {
    return this.#upload?.image.overBulk ? this.#upload.image.take(bytes) : null;
  }

  /** A key of the mode the pad is in, as mode and eight bytes, and the picture it leads to; null where it has none. */
  pressKey(key: number, digits: string): readonly number[] | null {
    const event = this.#modes.event(key, digits);
    const after = this.#modes.pictureAfter(key);
    if (event !== null && after !== null) this.#showStored(after);
    return event;
  }

  #start(mode: number, area: Rect, rom: RomTarget | null): DeviceResult {
    const image = ImageUpload.begin(this.#facts, mode, area);
    if (typeof image === 'number') return image;
    this.#upload = { image, rom };
    this.#imageArea = area;
    this.#body.become(deviceStatus.image);
    return none;
  }

  #end(how: number): DeviceResult {
    const upload = this.#upload;
    // A clear is under way: it ends by itself.
    if (!upload) return wrongState;
    this.#upload = null;
    this.#body.become(deviceStatus.ready);
    this.#lastImage = this.#body.clock.now();
    if (how === 1) return none;
    const finished = how === 0 ? upload.image.finish() : badParameter;
    if (typeof finished === 'number') return finished;
    if (upload.rom === null) this.shown.show(finished.data, finished.depth, finished.area);
    else {
      this.#rom.store(upload.rom, finished.data);
      this.#body.work(deviceStatus.romBusy, this.#facts.timing.flash);
    }
    return none;
  }

  #setMode(payload: Uint8Array): DeviceResult {
    const before = this.#modes.answer().slice();
    const result = this.#modes.set(payload);
    if (result !== none) return result;
    const picture = this.#modes.picture;
    if (picture !== null && this.#showStored(picture) !== none) {
      this.#modes.set(before);
      return noImage;
    }
    this.#stopSlides();
    this.#nextSlide(0);
    return none;
  }

  #nextSlide(index: number): void {
    const show = this.#modes.slideShow;
    if (show === null) return;
    this.#stopSlides = this.#body.clock.after(show.intervalMs, () => {
      const next = (index + 1) % show.slides.length;
      this.#showStored({ mode: this.#modes.mode, slot: show.slides[next] ?? 1 });
      this.#nextSlide(next);
    });
  }

  #showStored(target: RomTarget): DeviceResult {
    const picture = this.#rom.picture(target);
    if (picture === null) return noImage;
    this.shown.show(picture, 24);
    this.#imageArea = this.shown.whole;
    return none;
  }
}
