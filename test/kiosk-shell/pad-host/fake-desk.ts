import type { PadScan } from '../../../drivers/find-pads.ts';
import type { FoundPad, PadModel } from '../../../drivers/found-pad.ts';
import { modelNamed } from '../../../drivers/pad-models.ts';
import { PadError } from '../../../drivers/pad.ts';
import type { Pad, PadDescription, PadEvent, PadSample } from '../../../drivers/pad.ts';
import { PadManager } from '../../../kiosk-shell/pad-host/pad-manager.ts';
import { describeUnopened } from '../../../kiosk-shell/pad-host/pad-lane.ts';
import type { PadCaptureEvent, PadCaptureOptions, PadListing } from '../../../kiosk-shell/pad-host/protocol.ts';
import { ManualClock } from '../../drivers/manual-clock.ts';

export const screen = {
  tenant: 'Bank',
  document: 'Loan',
  label: 'Signature',
  signatory: 'Customer',
  page: '',
  labels: { ok: 'OK', clear: 'Clear', cancel: 'Cancel' },
};
export const idle = { tenant: 'Bank', branch: 'Bled', greeting: 'Welcome' };

/** A pad that does what a test says: pictures are kept, any call can hang. */
export class FakePad implements Pad {
  readonly description: PadDescription;
  readonly calls: string[] = [];
  picture: Uint8Array | null = null;
  progress: ((share: number) => void) | undefined;
  /** While set, pictures wait for it. */
  gate: Promise<void> | null = null;
  closed = 0;
  readonly #listeners = new Set<(event: PadEvent) => void>();

  constructor(description: PadDescription) {
    this.description = description;
  }
  async showPicture(rgba: Uint8Array, progress?: (share: number) => void): Promise<void> {
    this.calls.push('picture');
    this.progress = progress;
    await this.gate;
    this.picture = rgba;
  }
  clearScreen(): Promise<void> {
    this.calls.push('clear');
    this.picture = null;
    return Promise.resolve();
  }
  startCapture(): Promise<void> {
    this.calls.push('start');
    return Promise.resolve();
  }
  endCapture(): Promise<void> {
    this.calls.push('end');
    return Promise.resolve();
  }
  onEvent(listener: (event: PadEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  close(): Promise<void> {
    this.closed++;
    return Promise.resolve();
  }

  emit(event: PadEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }
  /** One stroke of five samples along a line; the last one is up. */
  write(y: number, more: Partial<PadSample> = {}): void {
    const { maxX, maxY } = this.description.geometry;
    for (let at = 0; at < 5; at++) {
      const sample = { x: maxX * (0.3 + at * 0.05), y: maxY * y, tip: at < 4, inRange: true, at: 0, ...more };
      this.emit({ type: 'samples', samples: [{ ...sample, tip: at < 4 && sample.tip }] });
    }
  }
}

interface Plug {
  readonly model: PadModel;
  readonly serial: string | null;
  readonly address: number;
}

/** Ports with pads in them, and a manager that sees them. */
export class FakeDesk {
  readonly clock = new ManualClock();
  readonly ports = new Map<string, Plug>();
  /** By id, the pad that was opened last. */
  readonly pads = new Map<string, FakePad>();
  /** What opening a port waits for. */
  readonly gates = new Map<string, Promise<void>>();
  readonly refused = new Set<string>();
  /** Road of each opening. */
  readonly roads: string[] = [];
  scanGate: Promise<void> | null = null;
  looks = 0;
  changes: (readonly PadListing[])[] = [];
  #addresses = 0;
  readonly manager: PadManager = new PadManager({
    clock: this.clock,
    scan: async () => {
      this.looks++;
      await this.scanGate;
      return this.#scan();
    },
    glance: () => Promise.resolve([...this.ports.keys()].join()),
    open: (found) => this.#open(found),
    changed: () => this.changes.push(this.manager.list()),
    isDismissed: () => false,
  });

  plug(port: string, serial: string | null = null, model = modelNamed('STU-530')): void {
    this.ports.set(port, { model, serial, address: ++this.#addresses });
  }
  #scan(): PadScan {
    const found = [...this.ports].map(([port, { model, serial, address }]): FoundPad => {
      const usb = { bus: 1, address, hidInterface: 0, claimable: true };
      return { id: `usb:${port}`, model, road: 'hidraw', path: `/dev/${port}`, serial, usb };
    });
    return { found, unusable: [] };
  }
  async #open({ id, model, road, serial }: FoundPad): Promise<Pad> {
    this.roads.push(road);
    await this.gates.get(id);
    if (this.refused.has(id)) throw new PadError('refused', 'not now');
    const pad = new FakePad(describeUnopened(id, model, road, serial));
    this.pads.set(id, pad);
    return pad;
  }
  pad(port: string): FakePad {
    return this.pads.get(`usb:${port}`)!;
  }

  /** A look, and what of it can happen now. */
  async look(): Promise<void> {
    await this.clock.settle(this.manager.scanOnce());
    await this.clock.advance(0);
  }
  states(): Record<string, string> {
    return Object.fromEntries(this.manager.list().map(({ description, state }) => [description.id, state]));
  }
  async capture(port: string, options: PadCaptureOptions = {}): Promise<PadCaptureEvent[]> {
    const events: PadCaptureEvent[] = [];
    const started = await this.clock.settle(
      this.manager.startCapture(`usb:${port}`, screen, options, (event) => events.push(event)),
    );
    if (!started.ok) throw new Error(started.error);
    return events;
  }
}

export const ink = (events: readonly PadCaptureEvent[]): readonly PadSample[] =>
  events.flatMap((event) => (event.type === 'samples' ? event.samples.filter(({ tip }) => tip) : []));
export const others = (events: readonly PadCaptureEvent[]): readonly PadCaptureEvent[] =>
  events.filter((event) => event.type !== 'samples');

/** A promise that a test keeps in hand. */
export function gate(): { readonly shut: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const shut = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { shut, open };
}
