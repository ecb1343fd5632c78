/** Keys, captures and pen data of a STU pad (`pads.md` 1.5, 1.9, 1.10), and the ink it draws by itself. */
import type { DeviceBody } from './device-body.ts';
import { DeviceCryptoV1 } from './device-crypto-v1.ts';
import type { RandomBytes } from './device-crypto-v1.ts';
import { DeviceCryptoV2 } from './device-crypto-v2.ts';
import type { DeviceFlash } from './device-flash.ts';
import { DevicePenReports, be32, encryptBlock } from './device-pen.ts';
import type { DevicePen, PenSession } from './device-pen.ts';
import type { DeviceSettings } from './device-settings.ts';
import { deviceResult, deviceStatus } from './device-states.ts';
import type { DeviceResult } from './device-states.ts';
import type { Framebuffer, Point } from './framebuffer.ts';
import type { StuFacts } from './stu-facts.ts';

/** A capture may end this long after the last image or start, not sooner. */
const shortestMs = 80;
/** After a capture begins or ends the pad is not to be commanded for so long. */
const changeOverMs = 20;
const { none, wrongState } = deviceResult;

interface CaptureParts {
  readonly facts: StuFacts;
  readonly body: DeviceBody;
  readonly settings: DeviceSettings;
  readonly flash: DeviceFlash;
  readonly screen: Framebuffer;
  readonly random: RandomBytes;
}

export class DeviceCapture {
  readonly reports: DevicePenReports;
  readonly #parts: CaptureParts;
  readonly #v1: DeviceCryptoV1;
  readonly #v2: DeviceCryptoV2;
  #session: PenSession | null = null;
  #begun = -Infinity;
  #changedOver = -Infinity;
  #inkAt: Point | null = null;
  #writing = false;

  constructor(parts: CaptureParts) {
    this.#parts = parts;
    this.#v1 = new DeviceCryptoV1(parts.flash, parts.random);
    this.#v2 = new DeviceCryptoV2(parts.random);
    this.reports = new DevicePenReports(parts.facts);
    parts.body.onChange(() => {
      this.reports.restart();
      this.#lift();
    });
  }

  forget(): void {
    this.#session = null;
    this.#v1.reset();
    this.#v2.reset();
    this.#begun = this.#changedOver = -Infinity;
  }
  /** A capture has just begun or ended: no command is taken. */
  get changingOver(): boolean {
    return this.#since(this.#changedOver) < changeOverMs;
  }

  /** From here on pen data is under a key nobody agreed on: for tests. */
  forceKey(key: Uint8Array): void {
    if (this.#session !== null) this.#session = { ...this.#session, key };
  }

  /** The payload, without the ID; null for a report that is not about captures. */
  get(id: number): Uint8Array | null {
    if (id === 0x40) return this.#v2.answer();
    return id === 0x50 ? this.#v2.status() : this.#v1.get(id);
  }

  /** Null for a report that is not about captures. `lastImage` in microseconds. */
  set(report: Uint8Array, lastImage: number): DeviceResult | null {
    const payload = report.subarray(1);
    switch (report[0]) {
      case 0x13:
        return this.#exchange(payload);
      case 0x15:
        return this.#start(new DataView(report.buffer, report.byteOffset).getUint32(1));
      case 0x16:
        return this.#end(lastImage);
      case 0x1a:
        return this.#v1.setNumber('dh-prime', payload);
      case 0x1b:
        return this.#v1.setNumber('dh-base', payload);
      case 0x40:
        if (this.#v2.command(payload)) this.#calculate(0x50, () => this.#v2.makeKey());
        return none;
      default:
        return null;
    }
  }

  /** News of a key press: under the key of the capture where there is one. */
  sendEvent(event: readonly number[]): void {
    if (this.#session === null) this.#parts.body.send(0x99, event);
    else {
      const plain = [...be32(this.#session.id), ...event, 0, 0, 0];
      this.#parts.body.send(0x9a, encryptBlock(this.#session.key, plain));
    }
  }

  pen(moment: DevicePen): Uint8Array | null {
    const { status } = this.#parts.body;
    if (status !== deviceStatus.ready && status !== deviceStatus.capture) {
      this.#lift();
      return null;
    }
    this.#ink(moment);
    return this.reports.next(moment, this.#parts.settings.optionMode, this.#session);
  }

  #exchange(hostKey: Uint8Array): DeviceResult {
    const result = this.#v1.takeHostKey(hostKey);
    if (result === none) this.#calculate(0x14, () => this.#v1.makeKey());
    return result;
  }

  /** Takes its time, then tells the host by the report that can also be asked for. */
  #calculate(news: number, make: () => void): void {
    const { body, facts } = this.#parts;
    body.work(deviceStatus.calculation, facts.timing.key, () => {
      make();
      body.send(news, this.get(news) ?? []);
    });
  }

  /** Without an agreed key there is nothing to encrypt under, so nothing to begin. */
  #start(id: number): DeviceResult {
    const key = this.#parts.facts.crypto === 'v1' ? this.#v1.key : this.#v2.key;
    if (key === null) return wrongState;
    this.#session = { key, id };
    this.#parts.body.become(deviceStatus.capture);
    this.#begun = this.#changedOver = this.#parts.body.clock.now();
    return none;
  }

  #end(lastImage: number): DeviceResult {
    if (this.#since(Math.max(this.#begun, lastImage)) < shortestMs) return wrongState;
    this.#session = null;
    this.#v2.forgetKey();
    this.#parts.body.become(deviceStatus.ready);
    this.#changedOver = this.#parts.body.clock.now();
    return none;
  }

  #ink(moment: DevicePen): void {
    const { inking, threshold, area, inkWidth, pen } = this.#parts.settings;
    const limit = this.#writing ? Math.min(threshold.off, threshold.on) : threshold.on;
    const writes = moment.inRange && moment.pressure >= limit;
    if (!inking || !writes) {
      this.#lift();
      this.#writing = writes;
      return;
    }
    this.#writing = true;
    this.#parts.screen.ink(this.#inkAt ?? moment.at, moment.at, { width: inkWidth, colour: pen.colour }, area);
    this.#inkAt = moment.at;
  }
  #lift(): void {
    this.#inkAt = null;
    this.#writing = false;
  }

  #since(moment: number): number {
    return (this.#parts.body.clock.now() - moment) / 1000;
  }
}
