import type { HidTransport } from '../../drivers/pad.ts';

type Closed = 'unplugged' | 'failed' | 'asked';

/** A HID device whose every answer the test wrote down. */
export class ScriptedHid implements HidTransport {
  /** Feature reports as they were sent to the device. */
  readonly sent: Uint8Array[] = [];
  /** Report IDs whose setting the device stalls. */
  readonly stalls = new Set<number>();
  /** Nothing is answered any more, as when a device hangs. */
  hung = false;
  closed: Closed | null = null;
  readonly #descriptor: Uint8Array | null;
  readonly #inputs = new Set<(report: Uint8Array) => void>();
  readonly #closings = new Set<(reason: Closed) => void>();

  constructor(descriptor: Uint8Array | null) {
    this.#descriptor = descriptor;
  }

  send(report: Uint8Array | string): void {
    const bytes = typeof report === 'string' ? Uint8Array.from(Buffer.from(report.replaceAll(' ', ''), 'hex')) : report;
    for (const listener of [...this.#inputs]) listener(bytes);
  }
  end(reason: Closed): void {
    if (this.closed !== null) return;
    this.closed = reason;
    for (const listener of [...this.#closings]) listener(reason);
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
  onInput(listener: (report: Uint8Array) => void): () => void {
    this.#inputs.add(listener);
    return () => this.#inputs.delete(listener);
  }
  onClosed(listener: (reason: Closed) => void): () => void {
    this.#closings.add(listener);
    return () => this.#closings.delete(listener);
  }
  close(): Promise<void> {
    this.end('asked');
    return Promise.resolve();
  }

  #answer<T>(answer: () => T): Promise<T> {
    if (this.hung) return new Promise(() => undefined);
    return new Promise((resolve) => resolve(answer()));
  }
}
