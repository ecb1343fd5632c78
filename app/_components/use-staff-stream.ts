'use client';

import { useEffect, useState } from 'react';

import type { StaffMessage } from '../_server/stream-messages.ts';
import type { CounterStatus } from '../../kiosk-shell/kiosk-api/counter.ts';
import type { DisplayView } from '../../kiosk-shell/kiosk-api/display.ts';
import { get } from './api.ts';
import { useEventSource, type Connection } from './event-source.ts';

export interface Counter {
  readonly connection: Connection;
  readonly status: CounterStatus;
  /** Customer's screens that are open. */
  readonly displays: number;
  /** Which screen the customer has before them. */
  readonly shows: DisplayView['kind'];
}

/** How long hands may rest before the session is told again that somebody works here. */
const ACTIVE_EVERY_MS = 60_000;

/** The stream of a staff screen: the counter's state in one place, every message to `onMessage` as well. */
export function useStaffStream(initial: CounterStatus, onMessage: (message: StaffMessage) => void): Counter {
  const [state, setState] = useState<Omit<Counter, 'connection'>>({ status: initial, displays: 0, shows: 'idle' });
  const connection = useEventSource('/api/events', (data) => {
    const message = JSON.parse(data) as StaffMessage;
    switch (message.type) {
      case 'hello':
        setState({ status: message.counter, displays: message.displays, shows: message.shows });
        break;
      case 'counter':
        setState((old) => ({ ...old, status: message.counter }));
        break;
      case 'displays':
        setState((old) => ({ ...old, displays: message.displays }));
        break;
      case 'shows':
        setState((old) => ({ ...old, shows: message.shows }));
        break;
      case 'signed-out':
        toSignIn();
        break;
      case 'transactions':
      case 'transaction':
      case 'live':
        break;
    }
    onMessage(message);
  });
  useEffect(() => {
    if (connection !== 'lost') return;
    // The line is there but the session is not: an event source cannot tell the two apart.
    const timer = setInterval(() => {
      void get('/api/counter', true).then((answer) => {
        if (!answer.ok && answer.error.code === 'signed-out') toSignIn();
      });
    }, 2_000);
    return () => clearInterval(timer);
  }, [connection]);
  useActivity();
  return { ...state, connection };
}

function toSignIn(): void {
  window.location.assign('/sign-in');
}

/** Sessions end by inactivity of the person, not of the network: reading and watching with a hand on the mouse counts. */
function useActivity(): void {
  useEffect(() => {
    let last = Date.now();
    const active = (): void => {
      if (Date.now() - last < ACTIVE_EVERY_MS) return;
      last = Date.now();
      void get('/api/me');
    };
    const kinds = ['pointermove', 'keydown', 'wheel'] as const;
    for (const kind of kinds) window.addEventListener(kind, active, { passive: true });
    return () => {
      for (const kind of kinds) window.removeEventListener(kind, active);
    };
  }, []);
}
