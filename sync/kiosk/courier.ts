import type { Clock } from '../../signing/clock.ts';
import { assertNever } from '../../signing/result.ts';
import type { Sha256 } from '../../signing/digest.ts';
import type { ReceiptClaims, RefusalReason } from '../protocol/receipt.ts';
import { backoff } from './backoff.ts';
import { createCloudClient, type CloudClient, type Fetch } from './cloud-client.ts';
import { deliver, type Outcome } from './delivery.ts';
import { nextToDeliver } from './delivery-order.ts';
import type { AlarmCode, OutboxEntry, OutboxStore } from './outbox-store.ts';
import type { ReceiptVerifier } from './receipt-verifier.ts';

/** Calls back once after `ms`; the returned function takes it back. */
export interface Timers {
  after(ms: number, callback: () => void): () => void;
}

export const systemTimers: Timers = {
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

export type CourierEvent =
  | { readonly type: 'line'; readonly state: LineState }
  /** The cloud's own time, seen at `at` (wall milliseconds here). */
  | { readonly type: 'cloud-time'; readonly time: string; readonly at: number }
  | { readonly type: 'denied'; readonly reason: RefusalReason; readonly detail: string }
  | { readonly type: 'sending'; readonly entry: OutboxEntry }
  | { readonly type: 'waiting'; readonly entry: OutboxEntry; readonly problem: string }
  | { readonly type: 'delivered'; readonly entry: OutboxEntry; readonly claims: ReceiptClaims }
  | { readonly type: 'refused'; readonly entry: OutboxEntry; readonly reason: RefusalReason; readonly detail: string }
  | { readonly type: 'set-aside'; readonly entry: OutboxEntry; readonly problem: string }
  /** The vault, or a port, threw: what was not marked is tried again. */
  | { readonly type: 'fault'; readonly error: unknown }
  | { readonly type: 'alarm'; readonly entry: OutboxEntry; readonly code: AlarmCode; readonly detail: string };

export type LineState = 'up' | 'down' | 'unknown';

export interface CourierPorts {
  readonly store: OutboxStore;
  /** Without a trailing slash. */
  readonly cloudUrl: string;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Even over 0..1: spreads a fleet that lost its line at the same moment. */
  readonly random: () => number;
  readonly token: () => Promise<string>;
  readonly receipts: ReceiptVerifier;
  readonly onEvent: (event: CourierEvent) => void;
  /** Default 2 MiB; a cut costs nothing that was received. */
  readonly chunkBytes?: number;
}

/** Short enough that a hundred waiting packages are through a minute after the line is back. */
/** Read in one turn of the event loop: 5 ms. */
const CHUNK_BYTES = 2 * 1024 * 1024;
const LINE_PAUSE = { first: 1000, longest: 15_000 };
const PACKAGE_PAUSE = { first: 5000, longest: 5 * 60_000 };
/** Idle: one small question, so that screens know the line and the clock is compared. */
const IDLE_MS = 30_000;
const REQUEST_MS = 120_000;
/** A package that failed so often while others passed is set aside for a person to look at. */
export const SET_ASIDE_AFTER = 8;
/** So many failures in a row, of whatever packages, count as the cloud being unwell. */
const UNWELL_AFTER = 3;
const LOOK_AT = 64;

/**
 * Empties the outbox: one package at a time, backing off when the line or the cloud is down, setting aside what
 * cannot pass. Deletes nothing. `start` once; `poke` when something was queued or the line may be back.
 */
export class Courier {
  readonly #ports: CourierPorts;
  readonly #client: CloudClient;
  readonly #stopped = new AbortController();
  #line: LineState = 'unknown';
  #lineFailures = 0;
  #failuresInRow = 0;
  #passed = 0;
  /** How many packages had passed when this one first failed. */
  readonly #passedAtFirstFailure = new Map<Sha256, number>();
  #wakeAt: number | null = null;
  #cancelTimer: (() => void) | null = null;
  #working: Promise<void> | null = null;
  #poked = false;
  /** The attempt under way. */
  #attempt: { readonly digest: Sha256; readonly abandoned: AbortController } | null = null;

  constructor(ports: CourierPorts) {
    this.#ports = ports;
    this.#client = createCloudClient({ ...ports, fetch: (url, init) => this.#fetch(url, init) });
  }

  start(): void {
    this.#work();
  }

  /** Looks again now: pauses between tries of the line are forgotten. */
  poke(): void {
    this.#poked = true;
    this.#lineFailures = 0;
    this.#work();
  }

  /** That package is no longer in the store, another has taken its place: an attempt under way ends, unmarked. */
  abandon(digest: Sha256): void {
    if (this.#attempt?.digest === digest) this.#attempt.abandoned.abort();
    this.#passedAtFirstFailure.delete(digest);
    this.poke();
  }

  /** Ends the attempt under way (its bytes so far are kept by the cloud) and resolves when all is quiet. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#cancelTimer?.();
    await this.#working;
  }

  status(): { readonly state: LineState } {
    return { state: this.#line };
  }

  #work(): void {
    if (this.#working !== null || this.#isStopped()) return;
    this.#cancelTimer?.();
    this.#poked = false;
    this.#working = this.#drain()
      .catch((error: unknown) => {
        this.#ports.onEvent({ type: 'fault', error });
        return LINE_PAUSE.longest;
      })
      .then((pause) => {
        this.#working = null;
        if (this.#isStopped()) return;
        if (this.#poked) this.#work();
        else this.#cancelTimer = this.#ports.timers.after(pause, () => this.#work());
      });
  }

  /** Delivers what is due; resolves to the pause before the next look, milliseconds. */
  async #drain(): Promise<number> {
    const { store, clock } = this.#ports;
    for (;;) {
      if (this.#isStopped()) return 0;
      const entry = nextToDeliver(store.due(clock.now(), LOOK_AT), clock.now());
      if (entry === null) return this.#idle();
      this.#ports.onEvent({ type: 'sending', entry });
      const abandoned = new AbortController();
      this.#attempt = { digest: entry.digest, abandoned };
      const signal = AbortSignal.any([this.#stopped.signal, abandoned.signal]);
      const outcome = await deliver(this.#deliveryPorts(abandoned.signal), entry, signal);
      this.#attempt = null;
      // The store does not know the package any more.
      if (abandoned.signal.aborted) continue;
      if (this.#isStopped() && outcome.kind !== 'delivered') return 0;
      const pause = this.#settle(entry, outcome);
      if (pause !== null) return pause;
    }
  }

  async #idle(): Promise<number> {
    const reply = await this.#client.hello(this.#stopped.signal);
    if (reply.kind === 'line') return this.#linePause();
    if (reply.kind === 'denied') return this.#denied(reply.refusal);
    this.#lineFailures = 0;
    const now = this.#ports.clock.now();
    if (reply.kind === 'done') this.#ports.onEvent({ type: 'cloud-time', time: reply.value.time, at: now });
    const wait = this.#wakeAt === null ? IDLE_MS : this.#wakeAt - now;
    this.#wakeAt = null;
    return Math.min(Math.max(wait, 0), IDLE_MS);
  }

  /** Marks what became of an attempt. Null: go on with the next; else the pause for the whole line. */
  #settle(entry: OutboxEntry, outcome: Outcome): number | null {
    const { store, onEvent } = this.#ports;
    switch (outcome.kind) {
      case 'delivered':
        store.markDelivered(entry.digest, outcome.receipt, outcome.claims);
        this.#wentThrough(entry);
        this.#passed += 1;
        onEvent({ type: 'delivered', entry, claims: outcome.claims });
        return null;
      case 'refused':
        store.markRefused(entry.digest, outcome.reason, outcome.detail);
        this.#wentThrough(entry);
        onEvent({ type: 'refused', entry, reason: outcome.reason, detail: outcome.detail });
        return null;
      case 'alarm':
        store.alarm(entry.digest, outcome.code, outcome.detail);
        onEvent({ type: 'alarm', entry, code: outcome.code, detail: outcome.detail });
        if (outcome.code === 'local-bytes-changed') this.#setAside(entry, outcome.code);
        else this.#again(entry, outcome.code, true);
        return this.#pauseWhenUnwell();
      case 'failed':
        this.#again(entry, outcome.problem, false);
        return this.#pauseWhenUnwell();
      case 'line':
        // A line that is down says nothing about the package; one that breaks each time in the same package might.
        if (outcome.touched && !outcome.progress) this.#again(entry, outcome.problem, false);
        return this.#linePause();
      case 'denied':
        return this.#denied(outcome);
      default:
        return assertNever(outcome);
    }
  }

  #again(entry: OutboxEntry, problem: string, ownFault: boolean): void {
    const { store, clock, random, onEvent } = this.#ports;
    const attempts = entry.attempts + 1;
    const before = this.#passedAtFirstFailure.get(entry.digest);
    if (before === undefined) this.#passedAtFirstFailure.set(entry.digest, this.#passed);
    const othersPassed = before !== undefined && this.#passed > before;
    if (attempts >= SET_ASIDE_AFTER && (ownFault || othersPassed)) {
      this.#setAside(entry, problem);
      return;
    }
    const dueAt = clock.now() + backoff(attempts, PACKAGE_PAUSE, random);
    this.#wakeAt = Math.min(this.#wakeAt ?? dueAt, dueAt);
    store.markWaiting(entry.digest, { attempts, dueAt, problem });
    onEvent({ type: 'waiting', entry, problem });
  }

  #setAside(entry: OutboxEntry, problem: string): void {
    this.#passedAtFirstFailure.delete(entry.digest);
    this.#ports.store.markSetAside(entry.digest, problem);
    this.#ports.onEvent({ type: 'set-aside', entry, problem });
  }

  #wentThrough(entry: OutboxEntry): void {
    this.#passedAtFirstFailure.delete(entry.digest);
    this.#lineFailures = 0;
    this.#failuresInRow = 0;
  }

  #pauseWhenUnwell(): number | null {
    this.#failuresInRow += 1;
    return this.#failuresInRow % UNWELL_AFTER === 0 ? this.#linePause() : null;
  }

  #linePause(): number {
    this.#lineFailures += 1;
    return backoff(this.#lineFailures, LINE_PAUSE, this.#ports.random);
  }

  #denied(refusal: { readonly reason: RefusalReason; readonly detail: string }): number {
    this.#ports.onEvent({ type: 'denied', reason: refusal.reason, detail: refusal.detail });
    return this.#linePause();
  }

  #deliveryPorts(abandoned: AbortSignal): Parameters<typeof deliver>[0] {
    const { store, receipts, chunkBytes } = this.#ports;
    return {
      store: {
        part: (digest, from, length) => store.part(digest, from, length),
        markSending: (digest, uploadUrl) => {
          if (!abandoned.aborted) store.markSending(digest, uploadUrl);
        },
      },
      receipts,
      client: this.#client,
      chunkBytes: chunkBytes ?? CHUNK_BYTES,
      pause: (ms, signal) => this.#pause(ms, signal),
    };
  }

  #pause(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        cancel();
        signal.removeEventListener('abort', end);
        resolve();
      };
      const cancel = this.#ports.timers.after(ms, end);
      signal.addEventListener('abort', end);
    });
  }

  /** Every exchange tells whether the line is up, and none waits for ever. */
  async #fetch(url: string, init: RequestInit): Promise<Response> {
    const own = init.signal ?? undefined;
    const patience = new AbortController();
    const cancel = this.#ports.timers.after(REQUEST_MS, () => patience.abort());
    try {
      const signal = AbortSignal.any([patience.signal, this.#stopped.signal, ...(own === undefined ? [] : [own])]);
      const response = await this.#ports.fetch(url, { ...init, signal });
      this.#lineIs('up');
      // Read here, while the patience lasts: answers are small, and one that never ends must not hold the queue.
      const body = await response.arrayBuffer();
      const { status, headers } = response;
      return new Response(body.byteLength === 0 ? null : body, { status, headers });
    } catch (error) {
      if (own?.aborted !== true && !this.#isStopped()) this.#lineIs('down');
      throw error;
    } finally {
      cancel();
    }
  }

  #isStopped(): boolean {
    return this.#stopped.signal.aborted;
  }

  #lineIs(state: LineState): void {
    if (this.#line === state) return;
    this.#line = state;
    this.#ports.onEvent({ type: 'line', state });
  }
}
