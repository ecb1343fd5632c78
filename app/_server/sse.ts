/** Slow enough to cost nothing, quick enough that a screen knows within seconds that the counter program is gone. */
export const HEARTBEAT_MS = 5_000;
/** A screen that stopped reading is let go before its backlog costs memory; it reconnects and gets full views. */
const MAX_BACKLOG = 512;

/**
 * Server-sent events. `start` sends through `send` and returns what ends its subscription; `alive` is asked at each
 * heartbeat, and when it says no the stream sends `last` and ends.
 */
export function eventStream<Message>(
  signal: AbortSignal,
  source: {
    readonly start: (send: (message: Message) => void) => () => void;
    readonly alive: () => boolean;
    readonly last: Message;
  },
): Response {
  const encoder = new TextEncoder();
  let stop: (() => void) | undefined;
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        let open = true;
        let end = (): void => undefined;
        const close = (): void => {
          if (!open) return;
          open = false;
          clearInterval(timer);
          end();
          try {
            controller.close();
          } catch {
            // The reader has gone already.
          }
        };
        const write = (text: string): void => {
          if (!open) return;
          if ((controller.desiredSize ?? 0) < -MAX_BACKLOG) {
            close();
            return;
          }
          try {
            controller.enqueue(encoder.encode(text));
          } catch {
            close();
          }
        };
        const send = (message: Message): void => write(`data: ${JSON.stringify(message)}\n\n`);
        const timer = setInterval(() => {
          if (source.alive()) {
            write('event: beat\ndata: \n\n');
            return;
          }
          send(source.last);
          close();
        }, HEARTBEAT_MS);
        timer.unref();
        stop = close;
        signal.addEventListener('abort', close, { once: true });
        write('retry: 1000\n\n');
        end = source.start(send);
        if (signal.aborted) close();
      },
      cancel() {
        stop?.();
      },
    },
    new CountQueuingStrategy({ highWaterMark: 64 }),
  );
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    },
  });
}
