/**
 * The HID side of a virtual pad: the same behind a USB interface and behind /dev/uhid. Reports have their ID as byte 0
 * where the pad has IDs.
 */
export type HidReportType = 'input' | 'output' | 'feature';

export interface HidFunction {
  readonly reportDescriptor: Uint8Array;
  /** Rejects with `Stall` where the pad stalls; never settles where it does not answer. */
  get(type: HidReportType, id: number): Promise<Uint8Array>;
  set(type: HidReportType, report: Uint8Array): Promise<void>;
  /** Reports the pad sends by itself. */
  onInput(listener: (report: Uint8Array) => void): () => void;
}

/** The pad refuses a transfer: an endpoint of USB stalls, a uhid device answers with an error. */
export class Stall extends Error {
  constructor() {
    super('the endpoint stalls');
    this.name = 'Stall';
  }
}
