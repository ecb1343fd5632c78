import type { Clock } from '../../signing/clock.ts';
import { measureCompleteness } from '../../signing/capture/completeness.ts';
import type {
  CaptureCompleteness,
  CaptureDevice,
  CaptureInterruption,
  CapturePart,
  CaptureRecord,
  CaptureSurface,
  InkShape,
} from '../../signing/capture/capture-record.ts';
import { shapeOf } from '../../signing/capture/strokes.ts';
import { PadPart } from './capture-part.ts';

/** What an interruption took and left. */
export interface Interrupted {
  readonly keptStrokes: number;
  readonly voidedSamples: number;
}
/** All ink of one field, finished. */
export interface InkSoFar {
  readonly shape: InkShape;
  /** The parts there are, oldest first; none on the picture-only path holds more than positions. */
  readonly parts: readonly CapturePart[];
  /** The master record; null on the picture-only path, where no dynamics were ever kept. */
  readonly record: CaptureRecord | null;
}

/**
 * The ink of one field, over every device it is written on. Lives in memory only: pen data is never at rest in the
 * clear. A lost device costs the stroke in progress and nothing else.
 */
export class FieldInk {
  readonly #biometric: boolean;
  readonly #clock: Clock;
  #parts: PadPart[] = [];
  #interruptions: CaptureInterruption[] = [];
  #open: PadPart | null = null;

  constructor(biometric: boolean, clock: Clock) {
    this.#biometric = biometric;
    this.#clock = clock;
  }

  /** Samples go to this pad from here on: its own part is continued when it is the one that wrote last. */
  begin(device: CaptureDevice, surface: CaptureSurface): PadPart {
    // A pad that came in between and was not written on has left nothing.
    this.#parts = this.#written();
    const last = this.#parts.at(-1);
    if (last?.isOf(device, surface) === true) {
      last.reconnected();
      this.#open = last;
    } else {
      this.#open = new PadPart(device, surface, this.#biometric, this.#clock);
      this.#parts.push(this.#open);
    }
    this.#resumed(device);
    return this.#open;
  }

  /** The device is gone or left. Nothing is noted when nothing had been written. */
  interrupt(reason: CaptureInterruption['reason']): Interrupted {
    const voidedSamples = this.#open?.voidStrokeInProgress() ?? 0;
    this.#open = null;
    const afterSample = this.#parts.reduce((sum, { count }) => sum + count, 0);
    if (afterSample + voidedSamples > 0) {
      this.#interruptions = [...this.#interruptions, { afterSample, reason, voidedSamples, resumedOn: null }];
    }
    return { keptStrokes: this.strokes, voidedSamples };
  }

  /** Everything that was written is forgotten; the device goes on. */
  reset(): void {
    const open = this.#open;
    this.#interruptions = [];
    this.#open = open === null ? null : new PadPart(open.device, open.surface, this.#biometric, this.#clock);
    this.#parts = this.#open === null ? [] : [this.#open];
  }

  get open(): PadPart | null {
    return this.#open;
  }

  /** Finished or in progress. */
  get strokes(): number {
    return this.#written().reduce((sum, { strokes }) => sum + strokes, 0);
  }

  /** What was written on pads so far; null before anything was. */
  shape(): InkShape | null {
    return joined(this.#written().map((part) => part.part()))?.shape ?? null;
  }

  /** With `surface` as the last part, when the customer's own screen was written on. Null when there is nothing at all. */
  finish(cleared: number, surface: CapturePart | null): InkSoFar | null {
    const earlier = this.#written().map((part) => part.part());
    // Done on the screen without a stroke there: what was kept is all there is.
    const blank = surface?.columns.x.length === 0 && earlier.length > 0;
    if (surface !== null && !blank) this.#resumed(surface.device);
    const parts = surface === null || blank ? earlier : [...earlier, surface];
    const open = this.#open?.part();
    // A pad that takes ink and got none is a blank signature; without a pad there is no signature at all.
    const ink = joined(parts.length === 0 && open !== undefined ? [open] : parts);
    if (ink === null) return null;
    if (!this.#biometric) return { shape: ink.shape, parts: ink.parts, record: null };
    const record = this.#record(ink.parts, cleared);
    return { shape: ink.shape, parts: ink.parts, record: { ...record, completeness: measureCompleteness(record) } };
  }

  /** How complete it is so far; null before anything was written and on the picture-only path. */
  completeness(): CaptureCompleteness['word'] | null {
    const written = this.#written();
    if (!this.#biometric || written.length === 0) return null;
    const parts = written.map((part) => part.part());
    return measureCompleteness(this.#record(parts, 0)).word;
  }

  #record(parts: readonly CapturePart[], cleared: number): CaptureRecord {
    const main = parts.at(-1);
    if (main === undefined) throw new RangeError('a record has a part');
    const earlier = parts.slice(0, -1);
    return {
      type: 'countersign.capture',
      version: 1,
      ...main,
      cleared,
      ...(earlier.length === 0 ? {} : { earlier }),
      ...(this.#interruptions.length === 0 ? {} : { interruptions: this.#interruptions }),
    };
  }

  #resumed({ kind, model, serial }: CaptureDevice): void {
    this.#interruptions = this.#interruptions.map((one) =>
      one.resumedOn === null ? { ...one, resumedOn: { kind, model, serial } } : one,
    );
  }

  #written(): PadPart[] {
    return this.#parts.filter(({ count }) => count > 0);
  }
}

function joined(
  parts: readonly CapturePart[],
): { readonly parts: readonly CapturePart[]; readonly shape: InkShape } | null {
  const main = parts.at(-1);
  return main === undefined ? null : { parts, shape: shapeOf({ ...main, earlier: parts.slice(0, -1) }) };
}
