/**
 * The pad's side of the STU protocol at report level (`pads.md` 1): what it answers to each feature report in which
 * status, which reports it sends by itself, and what its screen shows. It is exact against that page, not against a
 * real device. Where the page is silent it is strict: a report of a wrong length stalls like an unknown one, a get that
 * the status does not allow stalls, and an image that does not fill its area is a bad parameter.
 */
import { randomBytes } from 'node:crypto';
import type { DriverClock } from '../clock.ts';
import { DeviceCryptoV1 } from './device-crypto-v1.ts';
import type { RandomBytes } from './device-crypto-v1.ts';
import { DeviceCryptoV2 } from './device-crypto-v2.ts';
import type { DeviceFlash } from './device-flash.ts';
import { identityReport } from './device-identity.ts';
import { ImageUpload } from './device-images.ts';
import { DeviceModes } from './device-modes.ts';
import { DevicePenReports, be32, encryptBlock } from './device-pen.ts';
import type { DevicePen, PenSession } from './device-pen.ts';
import { acceptsLength, reportDescriptor, reportLength } from './device-reports.ts';
import { DeviceRom } from './device-rom.ts';
import type { RomTarget } from './device-rom.ts';
import { DeviceSettings, freshFlash, rectOf, word } from './device-settings.ts';
import { allows, deviceResult, deviceStatus } from './device-states.ts';
import type { DeviceResult, DeviceStatus } from './device-states.ts';
import { Framebuffer } from './framebuffer.ts';
import type { Point, Rect } from './framebuffer.ts';
import type { StuFacts } from './stu-facts.ts';

/** The control endpoint stalls: the report is not one of this model's, or not of its length, or not to be had now. */
export class StallError extends Error {
  constructor() {
    super('Broken pipe');
    this.name = 'StallError';
  }
}

/** A capture may end this long after the last image or start, not sooner. */
const captureMs = 80;
/** After a capture begins or ends the pad is not to be commanded for so long. */
const changeOverMs = 20;
const { none, wrongReportId, wrongState, badParameter, wrongArea, noImage } = deviceResult;

export class StuDevice {
  readonly facts: StuFacts;
  readonly screen: Framebuffer;
  readonly flash: DeviceFlash;
  readonly settings: DeviceSettings;
  readonly #clock: DriverClock;
  readonly #v1: DeviceCryptoV1;
  readonly #v2: DeviceCryptoV2;
  readonly #rom: DeviceRom;
  readonly #modes = new DeviceModes();
  readonly #reports: DevicePenReports;
  readonly #inputs = new Set<(report: Uint8Array) => void>();
  readonly #detached = new Set<(backInMs: number) => void>();
  #status: DeviceStatus = deviceStatus.ready;
  #result: DeviceResult = none;
  #session: PenSession | null = null;
  #upload: { readonly image: ImageUpload; readonly rom: RomTarget | null } | null = null;
  #imageArea: Rect;
  #inkAt: Point | null = null;
  #writing = false;
  /** When an image was last ended or a capture begun, microseconds. */
  #lastBegun = -Infinity;
  /** When a capture last began or ended. */
  #changedOver = -Infinity;
  /** What the pad is busy with goes on by the clock; a restart calls it off. */
  #busy: () => void = () => undefined;
  #slides: () => void = () => undefined;

  constructor(facts: StuFacts, clock: DriverClock, random: RandomBytes = randomBytes) {
    this.facts = facts;
    this.#clock = clock;
    this.flash = freshFlash();
    this.settings = new DeviceSettings(facts, this.flash);
    this.#v1 = new DeviceCryptoV1(this.flash, random);
    this.#v2 = new DeviceCryptoV2(random);
    this.#rom = new DeviceRom(this.flash);
    this.#reports = new DevicePenReports(facts);
    this.screen = new Framebuffer(facts.width, facts.height);
    this.#imageArea = this.screen.whole;
  }

  get status(): DeviceStatus {
    return this.#status;
  }
  get inking(): boolean {
    return this.settings.inking;
  }
  get optionMode(): number {
    return this.settings.optionMode;
  }
  get onThreshold(): number {
    return this.settings.threshold.on;
  }
  /** Pen data is under a key now. */
  get capturing(): boolean {
    return this.#status === deviceStatus.capture;
  }

  /** Reports the pad sends by itself: 0x14, 0x50, 0x99, 0x9A. Pen reports are what `pen` gives. */
  onInput(listener: (report: Uint8Array) => void): () => void {
    this.#inputs.add(listener);
    return () => this.#inputs.delete(listener);
  }
  /** A hard reset: the pad leaves the bus and is there again after so many milliseconds, by `powerOn`. */
  onDetached(listener: (backInMs: number) => void): () => void {
    this.#detached.add(listener);
    return () => this.#detached.delete(listener);
  }
  reportDescriptor(): Uint8Array {
    return reportDescriptor(this.facts);
  }

  /** Left behind by another client, booting, resetting: for tests. */
  force(status: DeviceStatus): void {
    this.#become(status);
    if (status === deviceStatus.image) this.#startImage(0, this.screen.whole, null);
  }
  forceSequence(value: number): void {
    this.#reports.forceSequence(value);
  }

  /** Power comes: all but the flash is forgotten. */
  powerOn(): void {
    this.#forget();
    this.settings.powerOn();
    this.screen.clear(this.settings.background);
    this.#become(deviceStatus.ready);
    if (!this.settings.bootScreen) return;
    this.#work(deviceStatus.imageBoot, this.facts.timing.bootPicture, () => undefined);
  }

  /** A whole report, ID in byte 0. Throws `StallError`. */
  get(id: number): Uint8Array {
    const length = reportLength(this.facts, 'get', id);
    if (length === null) return this.#stall(wrongReportId);
    if (!allows('get', id, this.#status)) return this.#stall(wrongState);
    const report = new Uint8Array(length);
    report[0] = id;
    report.set(this.#read(id), 1);
    return report;
  }

  #read(id: number): Uint8Array | readonly number[] {
    switch (id) {
      case 0x03:
        return [this.#status, this.#result, 0, 0];
      case 0x40:
        return this.#v2.answer();
      case 0x50:
        return this.#v2.status();
      case 0x93:
        return this.#modes.answer();
      case 0x96:
        return this.#rom.answer();
      case 0x98: {
        const { x, y, width, height } = this.#imageArea;
        return [x, y, x + width - 1, y + height - 1].flatMap(word);
      }
      default:
        return (
          this.settings.get(id) ?? this.#v1.get(id) ?? identityReport(this.facts, id) ?? this.#stall(wrongReportId)
        );
    }
  }

  /** A whole report, ID in byte 0; how it ended is in the status report. Throws `StallError`. */
  set(report: Uint8Array): void {
    const id = report[0] ?? 0;
    if (!acceptsLength(this.facts, id, report.length)) return this.#stall(wrongReportId);
    const changing = this.#clock.now() - this.#changedOver < changeOverMs * 1000;
    this.#result = !changing && allows('set', id, this.#status) ? this.#write(id, report) : wrongState;
  }

  #write(id: number, report: Uint8Array): DeviceResult {
    const payload = report.subarray(1);
    const first = payload[0] ?? 0;
    const view = new DataView(report.buffer, report.byteOffset, report.byteLength);
    switch (id) {
      case 0x04:
        return this.#reset(first);
      case 0x13:
        return this.#exchange(payload);
      case 0x15:
        return this.#startCapture(view.getUint32(1));
      case 0x16:
        return this.#endCapture();
      case 0x1a:
        return this.#v1.setNumber('dh-prime', payload);
      case 0x1b:
        return this.#v1.setNumber('dh-base', payload);
      case 0x20:
        return this.#clear();
      case 0x23: {
        const area = rectOf(view, 3, this.facts);
        if (area === null) return wrongArea;
        this.screen.clear(this.settings.background, area);
        return none;
      }
      case 0x24: {
        const area = rectOf(view, 3, this.facts);
        return area === null ? wrongArea : this.#startImage(first, area, null);
      }
      case 0x25:
        return this.#startImage(first, this.screen.whole, null);
      case 0x26:
        return this.#upload?.image.block(report) ?? wrongState;
      case 0x27:
        return this.#endImage(first);
      case 0x40:
        return this.#command(payload);
      case 0x93:
        return this.#setMode(payload);
      case 0x94: {
        const target = this.#rom.target(payload);
        return typeof target === 'number' ? target : this.#startImage(first, this.screen.whole, target);
      }
      case 0x96:
        return this.#rom.ask(payload);
      case 0x97: {
        const result = this.#rom.erase(payload);
        if (result === none) this.#work(deviceStatus.romBusy, this.facts.timing.flash, () => undefined);
        return result;
      }
      case 0x9b:
        return this.#showRom({ mode: first, slot: payload[1] ?? 0 });
      default:
        return this.settings.set(report) ?? badParameter;
    }
  }

  /** Bytes on the bulk OUT endpoint. Throws `StallError` where there is none, or no image is to come that way. */
  bulk(bytes: Uint8Array): void {
    if (!this.facts.bulk || !this.#upload?.image.overBulk) throw new StallError();
    this.#result = this.#upload.image.take(bytes);
  }

  #startImage(mode: number, area: Rect, rom: RomTarget | null): DeviceResult {
    const image = ImageUpload.begin(this.facts, mode, area);
    if (typeof image === 'number') return image;
    this.#upload = { image, rom };
    this.#become(deviceStatus.image);
    this.#imageArea = area;
    return none;
  }

  #endImage(how: number): DeviceResult {
    const upload = this.#upload;
    // A clear is under way: it ends by itself.
    if (!upload) return wrongState;
    this.#upload = null;
    this.#become(deviceStatus.ready);
    this.#lastBegun = this.#clock.now();
    if (how === 1) return none;
    const finished = how === 0 ? upload.image.finish() : badParameter;
    if (typeof finished === 'number') return finished;
    if (upload.rom === null) this.screen.show(finished.data, finished.depth, finished.area);
    else {
      this.#rom.store(upload.rom, finished.data);
      this.#work(deviceStatus.romBusy, this.facts.timing.flash, () => undefined);
    }
    return none;
  }

  #clear(): DeviceResult {
    this.#work(deviceStatus.image, this.facts.timing.clear, () => this.screen.clear(this.settings.background));
    return none;
  }

  #reset(how: number): DeviceResult {
    if (how > 1) return badParameter;
    this.#forget();
    this.settings.reset();
    this.#become(deviceStatus.systemReset);
    if (how === 0) {
      this.#work(deviceStatus.systemReset, this.facts.timing.softReset, () => this.screen.clear());
      return none;
    }
    for (const listener of [...this.#detached]) listener(this.facts.timing.restart);
    return none;
  }

  #exchange(hostKey: Uint8Array): DeviceResult {
    const result = this.#v1.takeHostKey(hostKey);
    if (result !== none) return result;
    this.#work(deviceStatus.calculation, this.facts.timing.key, () => {
      this.#v1.makeKey();
      this.#send(0x14, this.#read(0x14));
    });
    return none;
  }

  #command(payload: Uint8Array): DeviceResult {
    if (!this.#v2.command(payload)) return none;
    this.#work(deviceStatus.calculation, this.facts.timing.key, () => {
      this.#v2.makeKey();
      this.#send(0x50, this.#v2.status());
    });
    return none;
  }

  /** Without an agreed key there is nothing to encrypt under, so nothing to begin. */
  #startCapture(id: number): DeviceResult {
    const key = this.facts.crypto === 'v1' ? this.#v1.key : this.#v2.key;
    if (key === null) return wrongState;
    this.#session = { key, id };
    this.#become(deviceStatus.capture);
    this.#lastBegun = this.#changedOver = this.#clock.now();
    return none;
  }

  #endCapture(): DeviceResult {
    if (this.#clock.now() - this.#lastBegun < captureMs * 1000) return wrongState;
    this.#session = null;
    this.#v2.forgetKey();
    this.#become(deviceStatus.ready);
    this.#changedOver = this.#clock.now();
    return none;
  }

  #setMode(payload: Uint8Array): DeviceResult {
    const before = this.#modes.answer().slice();
    const result = this.#modes.set(payload);
    if (result !== none) return result;
    const picture = this.#modes.picture;
    if (picture !== null && this.#showRom(picture) !== none) {
      this.#modes.set(before);
      return noImage;
    }
    this.#slides();
    this.#nextSlide(0);
    return none;
  }

  #nextSlide(index: number): void {
    const show = this.#modes.slideShow;
    if (show === null) return;
    this.#slides = this.#clock.after(show.intervalMs, () => {
      const next = (index + 1) % show.slides.length;
      this.#showRom({ mode: this.#modes.mode, slot: show.slides[next] ?? 1 });
      this.#nextSlide(next);
    });
  }

  #showRom(target: RomTarget): DeviceResult {
    const picture = this.#rom.picture(target);
    if (picture === null) return noImage;
    this.screen.show(picture, 24);
    this.#imageArea = this.screen.whole;
    return none;
  }

  /** Somebody presses a key of the mode the pad is in; nothing happens where it has none. */
  pressKey(key: number, digits = ''): void {
    const event = this.#modes.event(key, digits);
    if (event === null) return;
    if (this.#session === null) this.#send(0x99, event);
    else this.#send(0x9a, encryptBlock(this.#session.key, [...be32(this.#session.id), ...event, 0, 0, 0]));
    const after = this.#modes.pictureAfter(key);
    if (after !== null) this.#showRom(after);
  }

  /**
   * The report for this moment of the pen, or null while the pad sends none: outside Ready and Capture, and for every
   * first of two samples that share a report. Draws the ink as the pad would.
   */
  pen(moment: DevicePen): Uint8Array | null {
    if (this.#status !== deviceStatus.ready && this.#status !== deviceStatus.capture) {
      this.#inkAt = null;
      return null;
    }
    this.#ink(moment);
    return this.#reports.next(moment, this.settings.optionMode, this.#session);
  }
  /** A sample waits for its neighbour: the pad, which never stops measuring, would send the next one within 5 ms. */
  get halfReport(): boolean {
    return this.#reports.half;
  }

  #ink(moment: DevicePen): void {
    const { inking, threshold, area, inkWidth, pen } = this.settings;
    const limit = this.#writing ? Math.min(threshold.off, threshold.on) : threshold.on;
    this.#writing = moment.inRange && moment.pressure >= limit;
    if (!inking || !this.#writing) {
      this.#inkAt = null;
      return;
    }
    this.screen.ink(this.#inkAt ?? moment.at, moment.at, { width: inkWidth, colour: pen.colour }, area);
    this.#inkAt = moment.at;
  }

  /** A status for some time; what it was about happens at its end, and the pad is ready again. */
  #work(status: DeviceStatus, ms: number, done: () => void): void {
    this.#become(status);
    this.#busy = this.#clock.after(ms, () => {
      this.#become(deviceStatus.ready);
      done();
    });
  }

  #become(status: DeviceStatus): void {
    this.#status = status;
    this.#reports.restart();
    this.#inkAt = null;
    this.#writing = false;
  }

  #forget(): void {
    this.#busy();
    this.#slides();
    this.#upload = null;
    this.#session = null;
    this.#result = none;
    this.#lastBegun = this.#changedOver = -Infinity;
    this.#v1.reset();
    this.#v2.reset();
    this.#modes.reset();
    this.#imageArea = this.screen.whole;
  }

  #send(id: number, payload: Uint8Array | readonly number[]): void {
    const report = Uint8Array.from([id, ...payload]);
    for (const listener of [...this.#inputs]) listener(report);
  }

  #stall(result: DeviceResult): never {
    this.#result = result;
    throw new StallError();
  }
}
