import type { DriverClock } from '../../drivers/clock.ts';
import type { PadSample } from '../../drivers/pad.ts';
import type { FromPadHost, PadCaptureEvent } from './protocol.ts';

/** Between two reports of the fastest pads in the table lie 4 ms and more: theirs go out one by one and at once. */
const gatherUs = 4000;

/**
 * Events on their way to the kiosk. Sending a message costs far more than what is in it, so what follows another within
 * 4 ms waits for the rest of these: at 1,000 reports a second, four go in a message. When a sample was taken is in the
 * sample itself, and is not touched by this.
 */
export function eventSender(
  send: (message: FromPadHost) => void,
  clock: DriverClock,
): {
  add(capture: number, event: PadCaptureEvent): void;
  /** Sends what waits, so that an answer never overtakes an event that came before it. */
  flush(): void;
} {
  let waiting = new Map<number, Waiting>();
  let sentAt = -Infinity;
  let stopTimer: (() => void) | null = null;
  let isDue = false;
  const flush = (): void => {
    stopTimer?.();
    stopTimer = null;
    isDue = false;
    if (waiting.size === 0) return;
    const batch = waiting;
    waiting = new Map();
    sentAt = clock.now();
    for (const [capture, { events }] of batch) send({ type: 'capture', capture, events });
  };
  return {
    flush,
    add: (capture, event) => {
      let place = waiting.get(capture);
      if (!place) {
        place = { events: [], last: null };
        waiting.set(capture, place);
      }
      append(place, event);
      if (isDue) return;
      const waitUs = event.type === 'samples' ? gatherUs - (clock.now() - sentAt) : 0;
      if (waitUs > 0) {
        stopTimer ??= clock.after(Math.ceil(waitUs / 1000), flush);
        return;
      }
      isDue = true;
      setImmediate(flush);
    },
  };
}

interface Gathered {
  readonly type: 'samples';
  readonly samples: PadSample[];
  lost: number;
}
interface Waiting {
  readonly events: PadCaptureEvent[];
  /** The last of them, when samples can be added to it. */
  last: Gathered | null;
}

/** Samples that follow each other become one event: one object and one array for all of them. */
function append(place: Waiting, event: PadCaptureEvent): void {
  if (event.type !== 'samples') {
    place.last = null;
    place.events.push(event);
  } else if (place.last) {
    place.last.samples.push(...event.samples);
    place.last.lost += event.lost;
  } else {
    place.last = { type: 'samples', samples: [...event.samples], lost: event.lost };
    place.events.push(place.last);
  }
}
