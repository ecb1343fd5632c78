import type { Clock } from '../../signing/clock.ts';
import { assertNever } from '../../signing/result.ts';
import type { Sha256 } from '../../signing/digest.ts';
import type { ReceiptClaims, RefusalReason } from '../protocol/receipt.ts';
import type { Hello } from '../protocol/wire.ts';
import { backoff } from './backoff.ts';
import { createCloudClient, type CloudClient, type CloudContact, type Reply } from './cloud-client.ts';
import { deliver, type Outcome } from './delivery.ts';
import { nextToDeliver } from './delivery-order.ts';
import { Line, type Fetch, type LineState } from './line.ts';
import type { AlarmCode, OutboxEntry, OutboxStore } from './outbox-store.ts';
import { Pace } from './pace.ts';
import type { ReceiptVerifier } from './receipt-verifier.ts';
import { pause, type Timers } from './timers.ts';
import { TRACE_HEADER, traceparent } from '../protocol/trace.ts';

export type CourierEvent =
  | { readonly type: 'line'; readonly state: LineState }
  | { readonly type: 'denied'; readonly reason: RefusalReason; readonly detail: string }
  | { readonly type: 'sending'; readonly entry: OutboxEntry }
  | { readonly type: 'waiting'; readonly entry: OutboxEntry; readonly problem: string }
  | { readonly type: 'delivered'; readonly entry: OutboxEntry; readonly claims: ReceiptClaims }
  | { readonly type: 'refused'; readonly entry: OutboxEntry; readonly reason: RefusalReason; readonly detail: string }
  | { readonly type: 'set-aside'; readonly entry: OutboxEntry; readonly problem: string }
  /** The vault, or a port, threw: what was not marked is tried again. */
  | { readonly type: 'fault'; readonly error: unknown }
  | { readonly type: 'alarm'; readonly entry: OutboxEntry; readonly code: AlarmCode; readonly detail: string };

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
  readonly onContact?: (contact: CloudContact) => void;
  readonly onEvent: (event: CourierEvent) => void;
  /** Most bytes of one request, default 2 MiB; a cut costs nothing that was received. */
  readonly chunkBytes?: number;
  /** Most bytes of packages per second; default null, as fast as the line carries. */
  readonly bytesPerSecond?: number | null;
  /** So many packages under way at once, default 3: round trips of one are the other's bytes. */
  readonly atOnce?: number;
}

/** Read in one turn of the event loop: 5 ms. */
const CHUNK_BYTES = 2 * 1024 * 1024;
/** Short enough that a hundred waiting packages are through a minute after the line is back. */
const LINE_PAUSE = { first: 1000, longest: 15_000 };
const PACKAGE_PAUSE = { first: 5000, longest: 5 * 60_000 };
/** Idle: one small question, so that screens know the line and the clock is compared. */
const IDLE_MS = 30_000;
/** A package that failed so often while others passed is set aside for a person to look at. */
export const SET_ASIDE_AFTER = 8;
/** So many failures in a row, of whatever packages, count as the cloud being unwell. */
const UNWELL_AFTER = 3;
const LOOK_AT = 16;
const AT_ONCE = 3;

interface Attempt {
  readonly entry: OutboxEntry;
  readonly abandoned: AbortController;
  readonly over: Promise<void>;
}

/**
 * Empties the outbox: a few packages at a time, backing off when the line or the cloud is down, setting aside what
 * cannot pass. Deletes nothing. `start` once; `poke` when something was queued or the line may be back.
 */
export class Courier {
  readonly #ports: CourierPorts;
  readonly #line: Line;
  readonly #pace: Pace;
  readonly #client: CloudClient;
  readonly #stopped = new AbortController();
  readonly #attempts = new Map<Sha256, Attempt>();
  readonly #reached = new Map<Sha256, number>();
  /** The small question, while it is asked. */
  #hello: Promise<void> | null = null;
  #lineFailures = 0;
  #failuresInRow = 0;
  #passed = 0;
  /** How many packages had passed when this one first failed. */
  readonly #passedAtFirstFailure = new Map<Sha256, number>();
  #wakeAt: number | null = null;
  #cancelTimer: (() => void) | null = null;
  /** Nothing is begun until it ends; one that was asked for (`firm`) ends by itself only. */
  #held: { readonly firm: boolean; readonly cancel: () => void } | null = null;

  constructor(ports: CourierPorts) {
    this.#ports = ports;
    const { fetch, timers, clock, onEvent, bytesPerSecond, chunkBytes } = ports;
    const stopped = this.#stopped.signal;
    this.#line = new Line({ fetch, timers, stopped, onState: (state) => onEvent({ type: 'line', state }) });
    this.#pace = new Pace({
      bytesPerSecond: bytesPerSecond ?? null,
      chunkBytes: chunkBytes ?? CHUNK_BYTES,
      clock,
      pause: (ms, signal) => pause(timers, ms, signal),
    });
    this.#client = this.#newClient({});
  }

  /** @param headers of every request of this client */
  #newClient(headers: Readonly<Record<string, string>>): CloudClient {
    return createCloudClient({
      ...this.#ports,
      fetch: (url, init) => this.#line.fetch(url, { ...init, headers: { ...(init.headers as object), ...headers } }),
    });
  }

  start(): void {
    this.#look();
  }

  /** Looks again now: pauses between tries of the line are forgotten, but not one that the cloud asked for. */
  poke(): void {
    this.#lineFailures = 0;
    if (this.#held?.firm === false) this.#release();
    this.#look();
  }

  /** That package is no longer in the store, another has taken its place: an attempt under way ends, unmarked. */
  abandon(digest: Sha256): void {
    this.#attempts.get(digest)?.abandoned.abort();
    this.#forget(digest);
    this.poke();
  }

  /** Ends the attempts under way (their bytes so far are kept by the cloud) and resolves when all is quiet. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#release();
    this.#cancelTimer?.();
    await Promise.all([this.#hello, ...[...this.#attempts.values()].map(({ over }) => over)]);
  }

  status(): { readonly state: LineState } {
    return { state: this.#line.state() };
  }

  /** Begins what is due as far as there is room, or asks whether the line is there; and sets when to look again. */
  #look(): void {
    this.#cancelTimer?.();
    if (this.#isStopped() || this.#held !== null) return;
    try {
      for (let room = this.#room(); room > 0; room -= 1) {
        const entry = this.#next();
        if (entry === null) break;
        this.#begin(entry);
      }
    } catch (error) {
      this.#fault(error);
      return;
    }
    if (this.#attempts.size === 0) this.#ask();
    else this.#lookLater();
  }

  #room(): number {
    return (this.#ports.atOnce ?? AT_ONCE) - this.#attempts.size;
  }

  #next(): OutboxEntry | null {
    const { store, clock } = this.#ports;
    const now = clock.now();
    // The smallest may have come last, behind any number of large ones.
    const due = [...store.due(now, LOOK_AT), ...store.due(now, LOOK_AT, 'smallest')];
    return nextToDeliver(
      due,
      now,
      [...this.#attempts.values()].map(({ entry }) => entry),
    );
  }

  #begin(entry: OutboxEntry): void {
    this.#ports.onEvent({ type: 'sending', entry });
    const abandoned = new AbortController();
    const over = this.#attempt(entry, abandoned.signal)
      .catch((error: unknown) => this.#fault(error))
      .then(() => {
        this.#attempts.delete(entry.digest);
        this.#look();
      });
    this.#attempts.set(entry.digest, { entry, abandoned, over });
  }

  async #attempt(entry: OutboxEntry, abandoned: AbortSignal): Promise<void> {
    const signal = AbortSignal.any([this.#stopped.signal, abandoned]);
    const outcome = await deliver(this.#deliveryPorts(entry, abandoned), entry, signal);
    // The store does not know the package any more.
    if (abandoned.aborted) return;
    if (this.#isStopped() && outcome.kind !== 'delivered') return;
    this.#settle(entry, outcome);
  }

  /** One small question when nothing else is to be said, so that screens know the line and the clock is compared. */
  #ask(): void {
    this.#hello ??= this.#client
      .hello(this.#stopped.signal)
      .then((reply) => {
        this.#hello = null;
        if (this.#isStopped()) return;
        this.#answered(reply);
      })
      .catch((error: unknown) => {
        this.#hello = null;
        this.#fault(error);
      });
  }

  #answered(reply: Reply<Hello>): void {
    if (reply.kind === 'line') this.#holdLine();
    else if (reply.kind === 'denied') this.#denied(reply.refusal);
    else if (reply.kind === 'busy') this.#hold(reply.afterMs, true);
    else {
      this.#lineFailures = 0;
      this.#lookLater();
    }
  }

  #lookLater(): void {
    this.#cancelTimer?.();
    if (this.#isStopped() || this.#held !== null) return;
    const wait = this.#wakeAt === null ? IDLE_MS : this.#wakeAt - this.#ports.clock.now();
    this.#wakeAt = null;
    this.#cancelTimer = this.#ports.timers.after(Math.min(Math.max(wait, 0), IDLE_MS), () => this.#look());
  }

  #holdLine(): void {
    // Several fail together when the line goes: that is one failure.
    if (this.#held !== null) return;
    this.#lineFailures += 1;
    this.#hold(backoff(this.#lineFailures, LINE_PAUSE, this.#ports.random), false);
  }

  #hold(ms: number, firm: boolean): void {
    if (this.#held?.firm === true || this.#isStopped()) return;
    this.#release();
    const cancel = this.#ports.timers.after(ms, () => {
      this.#held = null;
      this.#look();
    });
    this.#held = { firm, cancel };
  }

  #release(): void {
    this.#held?.cancel();
    this.#held = null;
  }

  /** What was not marked is tried again. */
  #fault(error: unknown): void {
    this.#ports.onEvent({ type: 'fault', error });
    this.#hold(LINE_PAUSE.longest, false);
  }

  /** Marks what became of an attempt. */
  #settle(entry: OutboxEntry, outcome: Outcome): void {
    const { store, onEvent } = this.#ports;
    switch (outcome.kind) {
      case 'delivered':
        store.markDelivered(entry.digest, outcome.receipt, outcome.claims);
        this.#wentThrough(entry);
        this.#passed += 1;
        onEvent({ type: 'delivered', entry, claims: outcome.claims });
        return;
      case 'refused':
        store.markRefused(entry.digest, outcome.reason, outcome.detail);
        this.#wentThrough(entry);
        onEvent({ type: 'refused', entry, reason: outcome.reason, detail: outcome.detail });
        return;
      case 'alarm':
        store.alarm(entry.digest, outcome.code, outcome.detail);
        onEvent({ type: 'alarm', entry, code: outcome.code, detail: outcome.detail });
        if (outcome.code === 'local-bytes-changed') this.#setAside(entry, outcome.code);
        else this.#again(entry, outcome.code, true);
        this.#holdWhenUnwell();
        return;
      case 'failed':
        this.#again(entry, outcome.problem, false);
        this.#holdWhenUnwell();
        return;
      case 'line':
        // A line that is down says nothing about the package; one that breaks each time in the same package might.
        if (outcome.touched && !outcome.progress) this.#again(entry, outcome.problem, false);
        this.#holdLine();
        return;
      case 'busy':
        this.#postpone(entry, {
          attempts: entry.attempts,
          afterMs: outcome.afterMs,
          problem: 'the cloud asked for a pause',
        });
        this.#hold(outcome.afterMs, true);
        return;
      case 'denied':
        this.#denied(outcome);
        return;
      default:
        assertNever(outcome);
    }
  }

  #again(entry: OutboxEntry, problem: string, ownFault: boolean): void {
    const attempts = entry.attempts + 1;
    const before = this.#passedAtFirstFailure.get(entry.digest);
    if (before === undefined) this.#passedAtFirstFailure.set(entry.digest, this.#passed);
    const othersPassed = before !== undefined && this.#passed > before;
    if (attempts >= SET_ASIDE_AFTER && (ownFault || othersPassed)) {
      this.#setAside(entry, problem);
      return;
    }
    this.#postpone(entry, { attempts, afterMs: backoff(attempts, PACKAGE_PAUSE, this.#ports.random), problem });
  }

  #postpone(
    entry: OutboxEntry,
    retry: { readonly attempts: number; readonly afterMs: number; readonly problem: string },
  ): void {
    const { store, clock, onEvent } = this.#ports;
    const { attempts, afterMs, problem } = retry;
    const dueAt = clock.now() + afterMs;
    this.#wakeAt = Math.min(this.#wakeAt ?? dueAt, dueAt);
    store.markWaiting(entry.digest, { attempts, dueAt, problem });
    onEvent({ type: 'waiting', entry, problem });
  }

  #setAside(entry: OutboxEntry, problem: string): void {
    this.#forget(entry.digest);
    this.#ports.store.markSetAside(entry.digest, problem);
    this.#ports.onEvent({ type: 'set-aside', entry, problem });
  }

  #wentThrough(entry: OutboxEntry): void {
    this.#forget(entry.digest);
    this.#lineFailures = 0;
    this.#failuresInRow = 0;
  }

  #forget(digest: Sha256): void {
    this.#passedAtFirstFailure.delete(digest);
    this.#reached.delete(digest);
  }

  #holdWhenUnwell(): void {
    this.#failuresInRow += 1;
    if (this.#failuresInRow % UNWELL_AFTER === 0) this.#holdLine();
  }

  #denied(refusal: { readonly reason: RefusalReason; readonly detail: string }): void {
    this.#ports.onEvent({ type: 'denied', reason: refusal.reason, detail: refusal.detail });
    this.#holdLine();
  }

  #deliveryPorts(entry: OutboxEntry, abandoned: AbortSignal): Parameters<typeof deliver>[0] {
    const { store, receipts, clock, timers } = this.#ports;
    return {
      store: {
        part: (digest, from, length) => store.part(digest, from, length),
        markSending: (digest, uploadUrl) => {
          if (!abandoned.aborted) store.markSending(digest, uploadUrl);
        },
      },
      receipts,
      client: this.#newClient({ [TRACE_HEADER]: traceparent(entry.trace, entry.digest) }),
      pace: this.#pace,
      clock,
      reached: this.#reached,
      pause: (ms, signal) => pause(timers, ms, signal),
    };
  }

  #isStopped(): boolean {
    return this.#stopped.signal.aborted;
  }
}
