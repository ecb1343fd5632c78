import type { PadDescription, PadErrorCode, PadSample } from '../../drivers/pad.ts';
import { PadError } from '../../drivers/pad.ts';
import type {
  PadCaptureEvent,
  PadCaptureOptions,
  PadListing,
  PadService,
  SignScreenContent,
} from '../../kiosk-shell/pad-host/client.ts';

/** What a pad of the desk shows, and what a person can read there. */
export type Shown =
  | { readonly kind: 'nothing' | 'idle' }
  | { readonly kind: 'waiting'; readonly document: string }
  | { readonly kind: 'word'; readonly word: string }
  | { readonly kind: 'message'; readonly headline: string }
  | { readonly kind: 'sign'; readonly screen: SignScreenContent; readonly options: PadCaptureOptions };

interface OnDesk {
  listing: PadListing;
  shown: Shown;
  listener: ((event: PadCaptureEvent) => void) | null;
  /** What the next capture answers instead of beginning. */
  refuses: PadErrorCode | null;
}

export function padDescription(id: string, changes: Partial<PadDescription> = {}): PadDescription {
  return {
    id,
    maker: 'Wacom',
    model: 'STU-530',
    serial: `S-${id}`,
    firmware: '1.02',
    road: 'hidraw',
    encryption: 'v2',
    shows: 'own-screen',
    geometry: {
      maxX: 10_800,
      maxY: 6480,
      maxPressure: 1023,
      unitsPerInch: { x: 2540, y: 2540 },
      nominalRate: 200,
      screen: { width: 800, height: 480, colour: 'rgb24' },
    },
    ...changes,
  };
}

/** Pads of any kind on one counter, in this process: what the kiosk asks of them happens at once and can be read. */
export class DeskOfPads implements PadService {
  readonly simulated = null;
  readonly hostPid = null;
  readonly #pads = new Map<string, OnDesk>();
  readonly #listeners = new Set<() => void>();
  /** Everything that was drawn, in order: pad and kind. */
  readonly drawn: [string, Shown['kind']][] = [];

  pads(): readonly PadListing[] {
    return [...this.#pads.values()].map(({ listing }) => listing);
  }
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A pad comes, or the one of this id comes back. */
  plug(description: PadDescription): void {
    const listing: PadListing = {
      description,
      state: 'ready',
      simulated: false,
      problem: null,
      drawing: null,
      notDriven: null,
    };
    this.#pads.set(description.id, { listing, shown: { kind: 'nothing' }, listener: null, refuses: null });
    this.#changed();
  }
  /** The cable is drawn: whoever captures hears of it, and the list says it. */
  unplug(id: string, reason: 'unplugged' | 'failed' = 'unplugged'): void {
    const pad = this.#of(id);
    const { listener } = pad;
    Object.assign(pad, { listener: null, shown: { kind: 'nothing' } });
    this.#become(pad, reason);
    listener?.({ type: 'lost', reason });
    this.#changed();
  }
  /** What stays away for good is no longer listed. */
  forget(id: string): void {
    this.#pads.delete(id);
    this.#changed();
  }
  refuseNextCapture(id: string, code: PadErrorCode): void {
    this.#of(id).refuses = code;
  }

  shown(id: string): Shown {
    return this.#of(id).shown;
  }
  /** Reports arrive from the pad; thrown when it takes none, for then nobody could have written. */
  write(id: string, samples: readonly PadSample[], lost = 0): void {
    this.#tell(id, { type: 'samples', samples, lost });
  }
  press(id: string, button: 'ok' | 'clear' | 'cancel'): void {
    this.#tell(id, { type: 'button', button });
  }
  bad(id: string): void {
    this.#tell(id, { type: 'bad-report', reason: 'malformed' });
  }
  takesInk(id: string): boolean {
    return this.#of(id).listener !== null;
  }
  /** Something about a pad changes that is none of the ceremony's business. */
  stir(): void {
    this.#changed();
  }

  showIdle(id: string): Promise<void> {
    const pad = this.#pads.get(id);
    if (pad?.listing.state === 'ready') this.#show(pad, { kind: 'idle' });
    return Promise.resolve();
  }
  showWaiting(id: string, { document }: { readonly document: string }): Promise<void> {
    return this.#hold(id, { kind: 'waiting', document });
  }
  showWord(id: string, { word }: { readonly word: string }): Promise<void> {
    return this.#hold(id, { kind: 'word', word });
  }
  showMessage(id: string, { headline }: { readonly headline: string }): Promise<void> {
    return this.#hold(id, { kind: 'message', headline });
  }

  startCapture: PadService['startCapture'] = (id, screen, listener, options = {}) => {
    const pad = this.#pads.get(id);
    if (pad === undefined || !isUp(pad.listing)) return Promise.resolve({ ok: false, error: 'unplugged' });
    const error = pad.refuses;
    pad.refuses = null;
    if (error !== null) return Promise.resolve({ ok: false, error });
    this.#show(pad, { kind: 'sign', screen, options });
    pad.listener = listener;
    this.#become(pad, 'busy');
    this.#changed();
    const { description } = pad.listing;
    const { maxX, maxY } = description.geometry;
    const { x, y, width, height } = options.area ?? (description.shows === 'own-screen' ? PAPER : WHOLE);
    const area = { x: x * maxX, y: y * maxY, width: width * maxX, height: height * maxY };
    return Promise.resolve({ ok: true, value: { description, area } });
  };
  stopCapture(id: string): Promise<void> {
    const pad = this.#pads.get(id);
    if (pad === undefined) return Promise.resolve();
    pad.listener = null;
    if (isUp(pad.listing)) {
      this.#become(pad, 'ready');
      this.#show(pad, { kind: 'idle' });
      this.#changed();
    }
    return Promise.resolve();
  }
  close(): Promise<void> {
    return Promise.resolve();
  }

  #hold(id: string, shown: Shown): Promise<void> {
    const pad = this.#pads.get(id);
    if (pad === undefined || !isUp(pad.listing)) return Promise.reject(new PadError('unplugged', 'not there'));
    this.#show(pad, shown);
    this.#become(pad, 'busy');
    this.#changed();
    return Promise.resolve();
  }
  #tell(id: string, event: PadCaptureEvent): void {
    const { listener } = this.#of(id);
    if (listener === null) throw new Error(`${id} takes no ink`);
    listener(event);
  }
  #show(pad: OnDesk, shown: Shown): void {
    pad.shown = shown;
    this.drawn.push([pad.listing.description.id, shown.kind]);
  }
  #become(pad: OnDesk, state: PadListing['state']): void {
    pad.listing = { ...pad.listing, state };
  }
  #of(id: string): OnDesk {
    const pad = this.#pads.get(id);
    if (pad === undefined) throw new Error(`no pad ${id}`);
    return pad;
  }
  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

export const PAPER = { x: 0.025, y: 0.25, width: 0.95, height: 0.5 };
const WHOLE = { x: 0, y: 0, width: 1, height: 1 };

function isUp({ state }: PadListing): boolean {
  return state === 'ready' || state === 'busy';
}

export interface StrokeShape {
  /** Shares of the pad's whole surface. */
  readonly from: number;
  readonly to: number;
  readonly samples: number;
  /** Microseconds of the first. */
  readonly at: number;
  /** False: the pen is still down at the end. */
  readonly lifted?: boolean;
  readonly pressure?: boolean;
  readonly sequence?: number;
}

/** A wavy stroke from left to right, 200 samples a second; the last one is up where the pen was lifted. */
export function padStroke({ geometry }: PadDescription, stroke: StrokeShape): readonly PadSample[] {
  const { from, to, samples, at, lifted = true, pressure = true, sequence = 0 } = stroke;
  return Array.from({ length: samples }, (_, i): PadSample => {
    const tip = !lifted || i < samples - 1;
    return {
      x: Math.round((from + ((to - from) * i) / samples) * geometry.maxX),
      y: Math.round((0.5 + 0.08 * Math.sin(i / 6)) * geometry.maxY),
      tip,
      inRange: true,
      at: at + i * 5000,
      sequence: sequence + i,
      ...(pressure ? { pressure: tip ? 200 + ((i * 7) % 300) : 0 } : {}),
    };
  });
}
