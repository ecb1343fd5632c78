/**
 * The pad's side of the STU protocol at report level (`pads.md` 1): what it answers to each feature report in which
 * status, which reports it sends by itself, and what its screen shows. It is exact against that page, not against a
 * real device; where the page is silent it is strict (README.md).
 */
import { randomBytes } from 'node:crypto';
import type { DriverClock } from '../clock.ts';
import { DeviceBody } from './device-body.ts';
import { DeviceCapture } from './device-capture.ts';
import type { RandomBytes } from './device-crypto-v1.ts';
import type { DeviceFlash } from './device-flash.ts';
import { identityReport } from './device-identity.ts';
import type { DevicePen } from './device-pen.ts';
import { acceptsLength, reportDescriptor, reportLength } from './device-reports.ts';
import { DeviceScreen } from './device-screen.ts';
import { DeviceSettings, freshFlash } from './device-settings.ts';
import { allows, deviceResult, deviceStatus } from './device-states.ts';
import type { DeviceResult, DeviceStatus } from './device-states.ts';
import type { Framebuffer } from './framebuffer.ts';
import type { StuFacts } from './stu-facts.ts';

/** The endpoint stalls: the report is not one of this model's, or not of its length, or not to be had now. */
export class StallError extends Error {
  constructor() {
    super('Broken pipe');
    this.name = 'StallError';
  }
}

const { none, wrongReportId, wrongState, badParameter } = deviceResult;

export class StuDevice {
  readonly facts: StuFacts;
  readonly flash: DeviceFlash;
  readonly #body: DeviceBody;
  readonly settings: DeviceSettings;
  readonly #screen: DeviceScreen;
  readonly #capture: DeviceCapture;
  readonly #detached = new Set<(backInMs: number) => void>();
  #result: DeviceResult = none;

  /** `random` is where its keys come from. */
  constructor(facts: StuFacts, clock: DriverClock, random: RandomBytes = randomBytes) {
    this.facts = facts;
    this.flash = freshFlash();
    this.#body = new DeviceBody(clock);
    this.settings = new DeviceSettings(facts, this.flash);
    this.#screen = new DeviceScreen(facts, this.#body, this.settings, this.flash);
    this.#capture = new DeviceCapture({
      facts,
      body: this.#body,
      settings: this.settings,
      flash: this.flash,
      screen: this.#screen.shown,
      random,
    });
  }

  get screen(): Framebuffer {
    return this.#screen.shown;
  }
  get status(): DeviceStatus {
    return this.#body.status;
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
    return this.status === deviceStatus.capture;
  }
  /** A sample waits for its neighbour: the pad, which never stops measuring, would send the next one within 5 ms. */
  get halfReport(): boolean {
    return this.#capture.reports.half;
  }

  /** Reports the pad sends by itself: 0x14, 0x50, 0x99, 0x9A. Pen reports are what `pen` gives. */
  onInput(listener: (report: Uint8Array) => void): () => void {
    return this.#body.onInput(listener);
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
    this.#body.become(status);
    if (status === deviceStatus.image) this.#screen.leaveUnfinished();
  }
  forceSequence(value: number): void {
    this.#capture.reports.forceSequence(value);
  }

  /** Under another key from here on, until the next capture. */
  forceKey(key: Uint8Array): void {
    this.#capture.forceKey(key);
  }

  /** Power comes: all but the flash is forgotten. */
  powerOn(): void {
    this.#forget();
    this.settings.powerOn();
    this.#screen.powerOn();
    this.#body.become(deviceStatus.ready);
    if (this.settings.bootScreen) this.#body.work(deviceStatus.imageBoot, this.facts.timing.bootPicture);
  }

  /** A whole report, ID in byte 0. Throws `StallError`. */
  get(id: number): Uint8Array {
    const length = reportLength(this.facts, 'get', id);
    if (length === null) return this.#stall(wrongReportId);
    if (!allows('get', id, this.status)) return this.#stall(wrongState);
    const report = new Uint8Array(length);
    report[0] = id;
    report.set(this.#read(id), 1);
    return report;
  }

  #read(id: number): Uint8Array | readonly number[] {
    if (id === 0x03) return [this.status, this.#result, 0, 0];
    const told = this.settings.get(id) ?? this.#capture.get(id) ?? this.#screen.get(id);
    return told ?? identityReport(this.facts, id) ?? this.#stall(wrongReportId);
  }

  /** A whole report, ID in byte 0; how it ended is in the status report. Throws `StallError`. */
  set(report: Uint8Array): void {
    const id = report[0] ?? 0;
    if (!acceptsLength(this.facts, id, report.length)) return this.#stall(wrongReportId);
    const allowed = allows('set', id, this.status) && !this.#capture.changingOver;
    this.#result = allowed ? this.#write(report) : wrongState;
  }

  #write(report: Uint8Array): DeviceResult {
    if (report[0] === 0x04) return this.#reset(report[1] ?? 0);
    const done = this.settings.set(report) ?? this.#screen.set(report);
    return done ?? this.#capture.set(report, this.#screen.lastImage) ?? badParameter;
  }

  /** Bytes on the bulk OUT endpoint. Throws `StallError` where there is none, or no image is to come that way. */
  bulk(bytes: Uint8Array): void {
    const result = this.facts.bulk ? this.#screen.bulk(bytes) : null;
    if (result === null) throw new StallError();
    this.#result = result;
  }

  /** Somebody presses a key of the mode the pad is in; nothing happens where it has none. */
  pressKey(key: number, digits = ''): void {
    const event = this.#screen.pressKey(key, digits);
    if (event !== null) this.#capture.sendEvent(event);
  }

  /**
   * The report for this moment of the pen, or null while the pad sends none: outside Ready and Capture, in a slide show
   * or on a PIN or key pad, and for every first of two samples that share a report. Draws the ink as the pad would.
   */
  pen(moment: DevicePen): Uint8Array | null {
    return this.#screen.sendsPen ? this.#capture.pen(moment) : null;
  }

  #reset(how: number): DeviceResult {
    if (how > 1) return badParameter;
    this.#forget();
    this.settings.reset();
    if (how === 0) {
      this.#body.work(deviceStatus.systemReset, this.facts.timing.softReset, () => this.screen.clear());
      return none;
    }
    this.#body.become(deviceStatus.systemReset);
    for (const listener of [...this.#detached]) listener(this.facts.timing.restart);
    return none;
  }

  #forget(): void {
    this.#body.drop();
    this.#screen.forget();
    this.#capture.forget();
    this.#result = none;
  }

  #stall(result: DeviceResult): never {
    this.#result = result;
    throw new StallError();
  }
}
