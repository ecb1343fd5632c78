import { sleep } from '../../../drivers/clock.ts';
import type { DriverClock } from '../../../drivers/clock.ts';
import type { BulkOut, HidTransport } from '../../../drivers/pad.ts';
import type { Road } from './subject.ts';

export interface RoadRequest {
  readonly way: 'get' | 'set' | 'bulk';
  /** Report ID; 0 on the bulk endpoint. */
  readonly id: number;
  readonly index: number;
}
/** `garbage` answers a get with bytes that mean nothing, and lets anything else through. */
export type RoadFault = 'none' | 'stall' | 'deaf' | 'unplug' | 'garbage' | { readonly lateMs: number };

/** Hears every request and report that goes by, and harms the requests a case wants harmed. */
export class FaultyRoad implements Road {
  /** Every request so far, in order. */
  readonly requests: RoadRequest[] = [];
  /** Every report that came from the device. */
  readonly arrived: Uint8Array[] = [];
  fault: (request: RoadRequest) => RoadFault = () => 'none';
  /** What becomes of a report on its way to the host: none, itself, others. */
  harm: (report: Uint8Array) => readonly Uint8Array[] = (report) => [report];
  readonly #clock: DriverClock;
  readonly #unplug: () => void;
  readonly #garbage: (length: number) => Uint8Array;

  constructor(clock: DriverClock, unplug: () => void, garbage: (length: number) => Uint8Array) {
    this.#clock = clock;
    this.#unplug = unplug;
    this.#garbage = garbage;
  }

  hid(transport: HidTransport): HidTransport {
    const listeners = new Set<(report: Uint8Array) => void>();
    transport.onInput((report) => {
      this.arrived.push(report.slice());
      for (const harmed of this.harm(report)) for (const listener of [...listeners]) listener(harmed);
    });
    return {
      getFeatureReport: (id, length) =>
        this.#pass('get', id, async (garbled) =>
          garbled ? this.#garbage(length) : transport.getFeatureReport(id, length),
        ),
      sendFeatureReport: (report) => this.#pass('set', report[0] ?? 0, () => transport.sendFeatureReport(report)),
      onInput: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      onClosed: (listener) => transport.onClosed(listener),
      reportDescriptor: () => transport.reportDescriptor(),
      close: () => transport.close(),
    };
  }

  bulk(open: () => Promise<BulkOut | null>): () => Promise<BulkOut | null> {
    return async () => {
      const bulk = await open();
      if (bulk === null) return null;
      return {
        write: (bytes) => this.#pass('bulk', 0, () => bulk.write(bytes)),
        close: () => bulk.close(),
      };
    };
  }

  async #pass<T>(way: RoadRequest['way'], id: number, act: (garbled: boolean) => Promise<T>): Promise<T> {
    const request = { way, id, index: this.requests.length };
    this.requests.push(request);
    const fault = this.fault(request);
    if (fault === 'deaf') return new Promise(() => undefined);
    if (fault === 'stall') throw new Error('Broken pipe');
    if (fault === 'unplug') {
      this.#unplug();
      throw new Error('Input/output error');
    }
    if (typeof fault === 'object') await sleep(this.#clock, fault.lateMs);
    return act(fault === 'garbage');
  }
}
