/**
 * A STU pad at report level: what it answers to each feature report, in which status, and which pen report it sends
 * (`pads.md` 1.3 to 1.8). It is exact against that page, not against a real device. Where the page is silent it is
 * strict: a report of a wrong length or an image that does not fill the screen is a bad parameter.
 */
import type { DriverClock } from '../clock.ts';
import { stuEncoding, stuResult } from '../wacom/stu-reports.ts';
import type { StuArea, StuEncoding } from '../wacom/stu-reports.ts';
import { Framebuffer } from './framebuffer.ts';
import type { Point } from './framebuffer.ts';
import type { SimulatedFacts } from './simulated-models.ts';

/** The control endpoint stalls: the report is not one of this model's. */
export class StallError extends Error {
  constructor() {
    super('Broken pipe');
    this.name = 'StallError';
  }
}

export const deviceStatus = { ready: 0, image: 1, capture: 2, imageBoot: 4, systemReset: 0xff } as const;
/** A clear is under way for this long; the STU-520 takes up to 600 ms. */
const clearMs = 20;

interface Upload {
  readonly encoding: StuEncoding;
  readonly data: Uint8Array;
  received: number;
}
/** One moment of the pen, in pixels of the screen; pressure in pad units. */
export interface DevicePen {
  readonly at: Point;
  readonly inRange: boolean;
  readonly tip: boolean;
  readonly pressure: number;
  readonly timeMs: number;
}

export class StuDevice {
  readonly facts: SimulatedFacts;
  readonly screen: Framebuffer;
  readonly #clock: DriverClock;
  #status: number = deviceStatus.ready;
  #result: number = stuResult.none;
  #inking = true;
  #optionMode = 0;
  #threshold = { on: 21, off: 16 };
  #area: StuArea;
  #upload: Upload | null = null;
  #sequence = 0;
  #lastInk: Point | null = null;

  constructor(facts: SimulatedFacts, clock: DriverClock) {
    this.facts = facts;
    this.#clock = clock;
    this.screen = new Framebuffer(facts.width, facts.height);
    this.#area = { x: 0, y: 0, width: facts.width, height: facts.height };
  }

  get status(): number {
    return this.#status;
  }
  get inking(): boolean {
    return this.#inking;
  }
  get optionMode(): number {
    return this.#optionMode;
  }
  get onThreshold(): number {
    return this.#threshold.on;
  }

  /** Left behind by another client, booting, resetting: for tests. */
  force(status: number): void {
    this.#status = status;
    if (status === deviceStatus.image) this.#startImage(stuEncoding.oneBit);
  }
  forceSequence(value: number): void {
    this.#sequence = value;
  }

  get(id: number): Uint8Array {
    const report = this.#read(id);
    if (!report) {
      this.#result = stuResult.wrongReportId;
      throw new StallError();
    }
    report[0] = id;
    return report;
  }

  #read(id: number): Uint8Array | null {
    const { facts } = this;
    const report = (length: number, write: (view: DataView) => void): Uint8Array => {
      const bytes = new Uint8Array(length);
      write(new DataView(bytes.buffer));
      return bytes;
    };
    const text = (length: number, value: string): Uint8Array =>
      report(length, (view) => Buffer.from(value, 'latin1').forEach((code, at) => view.setUint8(1 + at, code)));
    switch (id) {
      case 0x03:
        return report(5, (view) => {
          view.setUint8(1, this.#status);
          view.setUint8(2, this.#result);
        });
      case 0x08: {
        const bytes = text(17, facts.model.model);
        bytes.set(facts.firmware, 10);
        return bytes;
      }
      case 0x09:
        return report(17, (view) => {
          [facts.maxX, facts.maxY, facts.maxPressure, facts.width, facts.height].forEach((value, at) =>
            view.setUint16(1 + at * 2, value),
          );
          view.setUint8(11, facts.reportsPerSecond);
          view.setUint16(12, facts.unitsPerInch);
          view.setUint8(14, facts.encodings);
        });
      case 0x0b:
        return facts.optionMode === 3 ? text(11, facts.identity.slice(0, 10)) : null;
      case 0x0f:
        return facts.name === 'stu-540' ? text(14, facts.identity) : null;
      case 0x21:
        return report(2, (view) => view.setUint8(1, this.#inking ? 1 : 0));
      case 0x22:
        return report(5, (view) => {
          view.setUint16(1, this.#threshold.on, true);
          view.setUint16(3, this.#threshold.off, true);
        });
      case 0x2a:
        if (!facts.writingArea) return null;
        return report(9, (view) => {
          const { x, y, width, height } = this.#area;
          [x, y, x + width - 1, y + height - 1].forEach((value, at) => view.setUint16(1 + at * 2, value, true));
        });
      case 0x32:
        return facts.optionMode === null ? null : report(2, (view) => view.setUint8(1, this.#optionMode));
      default:
        return null;
    }
  }

  set(report: Uint8Array): void {
    const id = report[0] ?? 0;
    const length = setLength(id, this.facts);
    if (length === null) {
      this.#result = stuResult.wrongReportId;
      throw new StallError();
    }
    this.#result = report.length === length ? this.#write(id, report) : stuResult.badParameter;
  }

  #write(id: number, report: Uint8Array): number {
    const first = report[1] ?? 0;
    const view = new DataView(report.buffer, report.byteOffset, report.byteLength);
    const only = (status: number, act: () => number): number =>
      this.#status === status ? act() : stuResult.wrongState;
    switch (id) {
      case 0x16:
        return only(deviceStatus.capture, () => this.#become(deviceStatus.ready));
      case 0x20:
        return only(deviceStatus.ready, () => this.#clear());
      case 0x21:
        if (first > 1) return stuResult.badParameter;
        this.#inking = first === 1;
        return stuResult.none;
      case 0x22:
        return only(deviceStatus.ready, () => {
          const threshold = { on: view.getUint16(1, true), off: view.getUint16(3, true) };
          if (threshold.on > 0x3ff || threshold.off > 0x3ff) return stuResult.badParameter;
          this.#threshold = threshold;
          return stuResult.none;
        });
      case 0x25:
        return only(deviceStatus.ready, () => this.#startImage(first));
      case 0x26:
        return only(deviceStatus.image, () => this.#block(report));
      case 0x27:
        return only(deviceStatus.image, () => this.#endImage(first));
      case 0x2a:
        return this.#setArea(view);
      case 0x32:
        if (first > (this.facts.optionMode ?? 0)) return stuResult.badParameter;
        this.#optionMode = first;
        return stuResult.none;
      default:
        return stuResult.badParameter;
    }
  }

  #become(status: number): number {
    this.#status = status;
    return stuResult.none;
  }

  #clear(): number {
    this.#status = deviceStatus.image;
    this.#clock.after(clearMs, () => {
      this.screen.clear();
      this.#status = deviceStatus.ready;
    });
    return stuResult.none;
  }

  #startImage(encoding: number): number {
    const known = Object.values(stuEncoding).find((value) => value === encoding);
    // On the STU-300 and STU-500 the flags are zero, which means 1 bit.
    const flag = known === stuEncoding.oneBit ? 0x02 : known === stuEncoding.sixteenBit ? 0x04 : 0x08;
    if (known === undefined || ((this.facts.encodings || 0x02) & flag) === 0) return stuResult.wrongEncoding;
    const bytes = Framebuffer.byteLength(this.facts.width, this.facts.height, known);
    this.#upload = { encoding: known, data: new Uint8Array(bytes), received: 0 };
    return this.#become(deviceStatus.image);
  }

  #block(report: Uint8Array): number {
    const length = (report[1] ?? 0) | ((report[2] ?? 0) << 8);
    const upload = this.#upload;
    if (!upload) return stuResult.wrongState;
    if (length > 253) return stuResult.badParameter;
    if (upload.received + length > upload.data.length) return stuResult.imageTooLong;
    upload.data.set(report.subarray(3, 3 + length), upload.received);
    upload.received += length;
    return stuResult.none;
  }

  #endImage(how: number): number {
    const upload = this.#upload;
    // A clear is under way: it ends by itself.
    if (!upload) return stuResult.wrongState;
    this.#upload = null;
    this.#status = deviceStatus.ready;
    if (how === 1) return stuResult.none;
    if (how !== 0 || upload.received !== upload.data.length) return stuResult.badParameter;
    this.screen.show(upload.data, upload.encoding);
    return stuResult.none;
  }

  #setArea(view: DataView): number {
    const [x0, y0, x1, y1] = [1, 3, 5, 7].map((at) => view.getUint16(at, true)) as [number, number, number, number];
    // Working drivers send width and height for the last corner of the whole screen: the pad takes one past the edge.
    if (x1 < x0 || y1 < y0 || x1 > this.facts.width || y1 > this.facts.height) return stuResult.wrongArea;
    this.#area = { x: x0, y: y0, width: x1 - x0 + 1, height: y1 - y0 + 1 };
    return stuResult.none;
  }

  /** The report for this moment of the pen, or null while the pad sends none. Draws the ink as the pad would. */
  pen(moment: DevicePen): Uint8Array | null {
    if (this.#status !== deviceStatus.ready) {
      this.#lastInk = null;
      return null;
    }
    if (this.#inking && moment.tip && moment.inRange) {
      this.screen.ink(this.#lastInk ?? moment.at, moment.at, this.facts.ink, this.#area);
      this.#lastInk = moment.at;
    } else {
      this.#lastInk = null;
    }
    this.#sequence = (this.#sequence + 1) & 0xffff;
    return this.#penReport(moment);
  }

  #penReport(moment: DevicePen): Uint8Array {
    const { facts } = this;
    const scale = (value: number, pixels: number, units: number): number =>
      Math.min(units, Math.max(0, Math.round((value * units) / pixels)));
    const bytes = new Uint8Array(this.#optionMode === 3 ? 11 : this.#optionMode === 0 ? 7 : 9);
    const view = new DataView(bytes.buffer);
    view.setUint8(0, this.#optionMode === 3 ? 0x34 : this.#optionMode === 0 ? 0x01 : 0x30);
    const flags = (moment.inRange ? 0x80 : 0) | (moment.tip ? 0x10 : 0);
    view.setUint16(1, (flags << 8) | moment.pressure);
    view.setUint16(3, scale(moment.at.x, facts.width, facts.maxX));
    view.setUint16(5, scale(moment.at.y, facts.height, facts.maxY));
    const time = Math.round(moment.timeMs) & 0xffff;
    if (bytes.length > 7) view.setUint16(7, this.#optionMode === 2 ? this.#sequence : time);
    if (bytes.length > 9) view.setUint16(9, this.#sequence);
    return bytes;
  }
}

function setLength(id: number, facts: SimulatedFacts): number | null {
  switch (id) {
    case 0x16:
    case 0x20:
    case 0x21:
    case 0x25:
    case 0x27:
      return 2;
    case 0x22:
      return 5;
    case 0x26:
      return 256;
    case 0x2a:
      return facts.writingArea ? 9 : null;
    case 0x32:
      return facts.optionMode === null ? null : 2;
    default:
      return null;
  }
}
