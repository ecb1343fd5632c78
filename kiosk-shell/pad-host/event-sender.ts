import type { FromPadHost, PadCaptureEvent } from './protocol.ts';

/**
 * Events of one turn of the event loop travel in one message: at 200 reports a second that is one report a message and
 * no delay, at 1,000 and more it saves most of the serialisation.
 */
export function eventSender(send: (message: FromPadHost) => void): {
  add(capture: number, event: PadCaptureEvent): void;
  /** Sends what waits, so that an answer never overtakes an event that came before it. */
  flush(): void;
} {
  let waiting = new Map<number, PadCaptureEvent[]>();
  const flush = (): void => {
    const batch = waiting;
    waiting = new Map();
    for (const [capture, events] of batch) send({ type: 'capture', capture, events });
  };
  return {
    flush,
    add: (capture, event) => {
      if (waiting.size === 0) setImmediate(flush);
      const events = waiting.get(capture);
      if (events) events.push(event);
      else waiting.set(capture, [event]);
    },
  };
}
