/**
 * What pads without a screen of their own share: tablets beside the computer's screen, pen displays, signature pads that
 * only feel the pen. Pictures are nothing to them, capturing needs no command, and samples always come.
 */
import type { DriverClock } from './clock.ts';
import type { FoundPad } from './found-pad.ts';
import { closedError, PadError } from './pad.ts';
import type { ClosedReason, Pad, PadDescription, PadEvent, PenSource } from './pad.ts';

/** What bytes mean: none, one or more events, in order. Called in the order of arrival; may keep state. */
export type ReadPenBytes = (bytes: Uint8Array, at: number) => readonly PadEvent[];
export interface PreparedPen {
  readonly description: PadDescription;
  readonly read: ReadPenBytes;
}

/** A healthy device answers a setting within milliseconds; the kernel itself gives up after 5 s. */
const answerMs = 2000;

/**
 * Prepares the pad and hands it out. Rejects with `PadError`; the source is closed then. `prepare` asks the device
 * through `answer`, which limits the wait.
 */
export async function openScreenlessPad(
  source: PenSource,
  clock: DriverClock,
  prepare: (answer: <T>(asked: Promise<T>) => Promise<T>) => Promise<PreparedPen>,
): Promise<Pad> {
  const gone = watchClosed(source);
  try {
    const prepared = await prepare((asked) => answered(asked, gone, clock));
    const reason = gone.reason();
    if (reason !== null) throw closedError(reason);
    return drive(source, clock, prepared);
  } catch (error) {
    // A source that hangs is not waited for: who asked has waited long enough.
    source.close().catch(() => undefined);
    throw error instanceof PadError ? error : new PadError('refused', 'the pad refused a report');
  }
}

function drive(source: PenSource, clock: DriverClock, { description, read }: PreparedPen): Pad {
  const listeners = new Set<(event: PadEvent) => void>();
  const emit = (event: PadEvent): void => {
    for (const listener of [...listeners]) listener(event);
  };
  let closed: ClosedReason | null = null;
  const end = (reason: ClosedReason): void => {
    if (closed !== null) return;
    closed = reason;
    emit({ type: 'closed', reason });
  };
  source.onInput((bytes) => {
    if (closed !== null) return;
    for (const event of read(bytes, clock.now())) emit(event);
  });
  source.onClosed(end);
  const nothing = (): Promise<void> => (closed === null ? Promise.resolve() : Promise.reject(closedError(closed)));
  return {
    description,
    showPicture: nothing,
    clearScreen: nothing,
    startCapture: nothing,
    endCapture: nothing,
    onEvent: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {
      end('asked');
      await source.close().catch(() => undefined);
    },
  };
}

interface Gone {
  readonly reason: () => ClosedReason | null;
  onClosed(listener: (reason: ClosedReason) => void): () => void;
}

/** Remembers a loss that comes before anybody waits for one. */
function watchClosed(source: PenSource): Gone {
  let reason: ClosedReason | null = null;
  source.onClosed((why) => {
    reason ??= why;
  });
  return { reason: () => reason, onClosed: (listener) => source.onClosed(listener) };
}

function answered<T>(asked: Promise<T>, gone: Gone, clock: DriverClock): Promise<T> {
  const reason = gone.reason();
  if (reason !== null) {
    // Gone while it was being asked: what became of the question is of no interest, and no error of its own.
    asked.catch(() => undefined);
    return Promise.reject(closedError(reason));
  }
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      stopTimer();
      stopListening();
      act();
    };
    const stopTimer = clock.after(answerMs, () => {
      settle(() => reject(new PadError('timeout', 'the pad does not answer')));
    });
    const stopListening = gone.onClosed((why) => settle(() => reject(closedError(why))));
    asked.then(
      (value) => settle(() => resolve(value)),
      () => settle(() => reject(new PadError('refused', 'the pad refused a report'))),
    );
  });
}

/** The description of a pad that says nothing of itself. */
export function describeByTable({ id, model, road, serial }: FoundPad): PadDescription {
  const { maker, shows, geometry } = model;
  return { id, maker, model: model.model, serial, firmware: null, road, encryption: 'none', shows, geometry };
}
