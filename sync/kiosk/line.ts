import type { Timers } from './timers.ts';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;
export type LineState = 'up' | 'down' | 'unknown';

export interface LinePorts {
  readonly fetch: Fetch;
  readonly timers: Timers;
  readonly stopped: AbortSignal;
  readonly onState: (state: LineState) => void;
}

/** Longer than any request should take (`pace.ts`), even on a thin line that others share. */
const REQUEST_MS = 120_000;

/** Every exchange tells whether the line is up, and none waits for ever. */
export class Line {
  readonly #ports: LinePorts;
  #state: LineState = 'unknown';

  constructor(ports: LinePorts) {
    this.#ports = ports;
  }

  state(): LineState {
    return this.#state;
  }

  /** Like fetch; throws too when somebody between here and the cloud answered in its place. */
  async fetch(url: string, init: RequestInit): Promise<Response> {
    const { timers, stopped, fetch } = this.#ports;
    const own = init.signal ?? undefined;
    const patience = new AbortController();
    const cancel = timers.after(REQUEST_MS, () => patience.abort());
    try {
      const signal = AbortSignal.any([patience.signal, stopped, ...(own === undefined ? [] : [own])]);
      const response = await fetch(url, { ...init, signal });
      if (isOfAPortal(response)) {
        void response.body?.cancel();
        throw new PortalError();
      }
      this.#is('up');
      // Read here, while the patience lasts: answers are small, and one that never ends must not hold the queue.
      const body = await response.arrayBuffer();
      const { status, headers } = response;
      return new Response(body.byteLength === 0 ? null : body, { status, headers });
    } catch (error) {
      if (own?.aborted !== true && !stopped.aborted) this.#is('down');
      throw error;
    } finally {
      cancel();
    }
  }

  #is(state: LineState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#ports.onState(state);
  }
}

class PortalError extends Error {
  override readonly name = 'PortalError';
}

/** A guest network's own page instead of an answer: the cloud speaks JSON, and HTML only where it broke (5xx). 511: RFC 6585 section 6. */
function isOfAPortal({ status, headers }: Response): boolean {
  return status === 511 || (status < 500 && /^text\/html\b/i.test(headers.get('content-type') ?? ''));
}

/** What a failed fetch says of itself, as a code without addresses: of TLS and DNS it is in the cause. */
export function lineProblem(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause ? cause.code : null;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,60}$/.test(code) ? code : error.name;
}
