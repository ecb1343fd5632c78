'use client';

import { useEffect, useRef, useState } from 'react';

export type Connection = 'connecting' | 'open' | 'lost';

/** Three heartbeats of the server missed (`sse.ts`): the line hangs although nobody closed it. */
const SILENCE_MS = 16_000;
const RETRY_MS = [500, 1_000, 2_000, 3_000];

/**
 * Follows a stream of server-sent events for as long as the screen is there. Each connection begins with full views, so
 * a reconnect needs no memory. The browser's own retry gives up on an HTTP error; this one does not.
 */
export function useEventSource(url: string, onMessage: (data: string) => void): Connection {
  const [connection, setConnection] = useState<Connection>('connecting');
  const handler = useRef(onMessage);
  useEffect(() => {
    handler.current = onMessage;
  });

  useEffect(() => {
    let source: EventSource | null = null;
    let failures = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let ended = false;

    const again = (): void => {
      source?.close();
      if (ended) return;
      setConnection('lost');
      clearTimeout(timer);
      timer = setTimeout(connect, RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]);
      failures += 1;
    };
    const heard = (): void => {
      failures = 0;
      setConnection('open');
      clearTimeout(timer);
      timer = setTimeout(again, SILENCE_MS);
    };
    const connect = (): void => {
      source = new EventSource(url);
      source.onmessage = (event: MessageEvent<string>) => {
        heard();
        handler.current(event.data);
      };
      source.addEventListener('beat', heard);
      source.onerror = again;
    };
    connect();
    return () => {
      ended = true;
      clearTimeout(timer);
      source?.close();
    };
  }, [url]);

  return connection;
}
