import type { ClosedReason, HidTransport } from '../pad.ts';

/** The device's end of the cable. */
export interface Cable {
  readonly feature: <T>(direction: 'get' | 'set', id: number, act: () => T) => Promise<T>;
  /** Each may throw, as a device stalls. */
  readonly device: {
    get(id: number): Uint8Array;
    set(report: Uint8Array): void;
    reportDescriptor(): Uint8Array;
  };
  readonly released: () => void;
}

/** The host's end of a simulated cable. */
export class SimulatedHandle implements HidTransport {
  readonly #cable: Cable;
  readonly #inputs = new Set<(report: Uint8Array) => void>();
  readonly #closings = new Set<(reason: ClosedReason) => void>();

  constructor(cable: Cable) {
    this.#cable = cable;
  }
  getFeatureReport(id: number, length: number): Promise<Uint8Array> {
    return this.#cable.feature('get', id, () => this.#cable.device.get(id).slice(0, length));
  }
  sendFeatureReport(report: Uint8Array): Promise<void> {
    const copy = report.slice();
    return this.#cable.feature('set', copy[0] ?? 0, () => this.#cable.device.set(copy));
  }
  onInput(listener: (report: Uint8Array) => void): () => void {
    this.#inputs.add(listener);
    return () => this.#inputs.delete(listener);
  }
  onClosed(listener: (reason: ClosedReason) => void): () => void {
    this.#closings.add(listener);
    return () => this.#closings.delete(listener);
  }
  reportDescriptor(): Promise<Uint8Array> {
    return Promise.resolve(this.#cable.device.reportDescriptor());
  }
  close(): Promise<void> {
    this.#cable.released();
    this.end('asked');
    return Promise.resolve();
  }
  input(report: Uint8Array): void {
    for (const listener of [...this.#inputs]) listener(report);
  }
  end(reason: ClosedReason): void {
    const listeners = [...this.#closings];
    this.#closings.clear();
    this.#inputs.clear();
    for (const listener of listeners) listener(reason);
  }
}
