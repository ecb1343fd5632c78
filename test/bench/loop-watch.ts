import type { TransactionDetail } from '../../kiosk-shell/kiosk-api/transaction.ts';
import type { LoopFigures } from './loop-probe.ts';
import type { LiveArrival } from './pen-raster.ts';

/** So often a screen is asked for, whether or not the last one has come. */
const SCREEN_EVERY_MS = 100;
const SIGN_IN = '/api/sign-in';

/** What somebody at the counter waited for, in one span. */
export interface Watched {
  readonly begunAt: number;
  readonly endedAt: number;
  readonly loop: LoopFigures;
  /** Milliseconds from question to the last byte of the clerk's page. */
  readonly screens: readonly number[];
}

/** A clerk's page and event stream from outside, and the event loop from inside. */
export class LoopWatch {
  readonly #url: string;
  readonly #probe: string;
  readonly #cookie: string;
  readonly #stream = new AbortController();
  readonly arrivals: LiveArrival[] = [];
  #lookers = new Set<(detail: TransactionDetail) => void>();
  readonly #latest = new Map<string, TransactionDetail>();

  static async open(
    url: string,
    probe: string,
    { name, pin }: { readonly name: string; readonly pin: string },
  ): Promise<LoopWatch> {
    const body = JSON.stringify({ name, secret: pin });
    const signIn = await fetch(url + SIGN_IN, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    const cookie = signIn.headers.getSetCookie().map((line) => line.split(';')[0]);
    const watch = new LoopWatch(url, probe, cookie.join('; '));
    await watch.#listen();
    return watch;
  }
  private constructor(url: string, probe: string, cookie: string) {
    this.#url = url;
    this.#probe = probe;
    this.#cookie = cookie;
  }

  /** Measures while `work` lasts. */
  async during(work: () => Promise<unknown>): Promise<Watched> {
    await this.#figures();
    const begunAt = now();
    const asked: Promise<number>[] = [];
    const timer = setInterval(() => asked.push(this.#screen()), SCREEN_EVERY_MS);
    try {
      await work();
    } finally {
      clearInterval(timer);
    }
    const endedAt = now();
    const screens = await Promise.all(asked);
    return { begunAt, endedAt, loop: await this.#figures(), screens };
  }

  /** Until the clerk's stream has told of a transaction that `holds`. */
  until(transaction: string, holds: (detail: TransactionDetail) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (detail: TransactionDetail): void => {
        if (detail.id !== transaction || !holds(detail)) return;
        this.#lookers.delete(look);
        resolve();
      };
      this.#lookers.add(look);
      const latest = this.#latest.get(transaction);
      if (latest !== undefined) look(latest);
    });
  }

  close(): void {
    this.#stream.abort();
  }

  async #screen(): Promise<number> {
    const asked = now();
    const answer = await fetch(`${this.#url}/`, { headers: { cookie: this.#cookie }, redirect: 'manual' });
    await answer.arrayBuffer();
    if (answer.status !== 200) throw new Error(`the clerk's page answered ${answer.status}`);
    return now() - asked;
  }

  async #figures(): Promise<LoopFigures> {
    return (await (await fetch(this.#probe)).json()) as LoopFigures;
  }

  /** Resolves when the stream has said hello. */
  async #listen(): Promise<void> {
    const answer = await fetch(`${this.#url}/api/events`, {
      headers: { cookie: this.#cookie },
      signal: this.#stream.signal,
    });
    if (answer.body === null) throw new Error('no event stream');
    const body = answer.body.pipeThrough(new TextDecoderStream());
    await new Promise<void>((resolve, reject) => {
      this.#read(body, resolve).catch((problem: unknown) => {
        if (!this.#stream.signal.aborted) reject(problem instanceof Error ? problem : new Error('the stream broke'));
      });
    });
  }

  async #read(body: ReadableStream<string>, onHello: () => void): Promise<void> {
    let rest = '';
    for await (const text of body) {
      const at = now();
      const events = (rest + text).split('\n\n');
      rest = events.pop() ?? '';
      for (const event of events) {
        const line = event.split('\n').find((one) => one.startsWith('data: {'));
        if (line !== undefined) this.#take(JSON.parse(line.slice('data: '.length)) as StreamEvent, at, onHello);
      }
    }
  }

  #take(event: StreamEvent, at: number, onHello: () => void): void {
    if (event.type === 'hello') onHello();
    if (event.type === 'live') this.arrivals.push({ at, strokes: event.strokes });
    if (event.type !== 'transaction') return;
    this.#latest.set(event.detail.id, event.detail);
    for (const look of [...this.#lookers]) look(event.detail);
  }
}

type StreamEvent =
  | { readonly type: 'hello' }
  | { readonly type: 'live'; readonly strokes: LiveArrival['strokes'] }
  | { readonly type: 'transaction'; readonly detail: TransactionDetail };

/** Wall milliseconds. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
