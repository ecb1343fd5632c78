import { StuDevice } from '../../../drivers/simulated/stu-device.ts';
import { stuFacts } from '../../../drivers/simulated/stu-facts.ts';
import type { StuFacts, StuName } from '../../../drivers/simulated/stu-facts.ts';
import { reportLength } from '../../../drivers/simulated/device-reports.ts';
import { ManualClock } from '../manual-clock.ts';
import { seededBytes } from '../pad-contract/bench.ts';

/** One device alone, spoken to in bytes: nothing of the driver is here. */
export class DeviceRig {
  readonly clock = new ManualClock();
  readonly device: StuDevice;
  /** Reports the device sent by itself, as hex. */
  readonly sent: string[] = [];

  constructor(name: StuName, changes: Partial<StuFacts> = {}, random = seededBytes(7)) {
    this.device = new StuDevice(stuFacts(name, changes), this.clock, random);
    this.device.onInput((report) => this.sent.push(hexOf(report)));
  }

  /** Sends a report, padded with zero to its length, and gives the result of the status report. */
  set(...bytes: readonly number[]): number {
    const report = new Uint8Array(reportLength(this.device.facts, 'set', bytes[0]!) ?? bytes.length);
    report.set(bytes);
    this.device.set(report);
    return this.result;
  }
  setHex(hex: string): number {
    return this.set(...Buffer.from(hex.replaceAll(' ', ''), 'hex'));
  }
  get(id: number): string {
    return hexOf(this.device.get(id));
  }
  get result(): number {
    return this.device.get(0x03)[2]!;
  }
  get status(): number {
    return this.device.get(0x03)[1]!;
  }
  pixel(x: number, y: number): readonly number[] {
    const { rgba, width } = this.device.screen.picture();
    return [...rgba.subarray((y * width + x) * 4, (y * width + x) * 4 + 3)];
  }
  /** All data in blocks of 253 bytes, as `pads.md` 1.8 has them. */
  blocks(data: Uint8Array): readonly number[] {
    const results: number[] = [];
    for (let at = 0; at < data.length; at += 253) {
      const piece = data.subarray(at, at + 253);
      results.push(this.set(0x26, piece.length & 0xff, piece.length >> 8, ...piece));
    }
    return results;
  }
  pen(at: { readonly x: number; readonly y: number }, pressure: number, timeMs = 0): string | null {
    const report = this.device.pen({ at, inRange: true, tip: pressure > 0, pressure, timeMs });
    return report === null ? null : hexOf(report);
  }
}

export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
export const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
