import type { HidTransport } from '../../drivers/pad.ts';
import { ScriptedSource } from './scripted-source.ts';

/** A HID device whose every answer the test wrote down. */
export class ScriptedHid extends ScriptedSource implements HidTransport {
  /** Feature reports as they were sent to the device. */
  readonly sent: Uint8Array[] = [];
  /** Report IDs whose setting the device stalls. */
  readonly stalls = new Set<number>();
  /** Nothing is answered any more, as when a device hangs. */
  hung = false;
  readonly #descriptor: Uint8Array | null;

  constructor(descriptor: Uint8Array | null) {
    super();
    this.#descriptor = descriptor;
  }

  /** Bytes, or their hex with spaces. */
  override send(report: Uint8Array | string): void {
    super.send(typeof report === 'string' ? Uint8Array.from(Buffer.from(report.replaceAll(' ', ''), 'hex')) : report);
  }

  reportDescriptor(): Promise<Uint8Array | null> {
    return this.#answer(() => this.#descriptor);
  }
  getFeatureReport(id: number): Promise<Uint8Array> {
    return this.#answer(() => {
      throw new Error(`stalled ${id}`);
    });
  }
  sendFeatureReport(report: Uint8Array): Promise<void> {
    return this.#answer(() => {
      if (this.stalls.has(report[0] ?? 0)) throw new Error('stalled');
      this.sent.push(report.slice());
    });
  }

  #answer<T>(answer: () => T): Promise<T> {
    if (this.hung) return new Promise(() => undefined);
    return new Promise((resolve) => resolve(answer()));
  }
}
