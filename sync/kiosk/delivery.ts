import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../signing/clock.ts';
import type { Sha256 } from '../../signing/digest.ts';
import type { ReceiptClaims, RefusalReason } from '../protocol/receipt.ts';
import type { PackageAnswer } from '../protocol/wire.ts';
import type { CloudClient, Reply, RequestFault } from './cloud-client.ts';
import type { AlarmCode, OutboxEntry, OutboxStore } from './outbox-store.ts';
import type { Pace } from './pace.ts';
import type { ReceiptVerifier } from './receipt-verifier.ts';

export interface DeliveryPorts {
  readonly store: Pick<OutboxStore, 'part' | 'markSending'>;
  readonly client: CloudClient;
  readonly receipts: ReceiptVerifier;
  readonly pace: Pick<Pace, 'chunkBytes' | 'admit' | 'learn'>;
  readonly clock: Pick<Clock, 'monotonicMicros'>;
  /** How far packages were seen to have come, bytes: what a cut request brought is progress too. */
  readonly reached: Map<Sha256, number>;
  /** Resolves after `ms`, or at once when `signal` is aborted. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** How one attempt ended. Only `delivered` carries a verified receipt. */
export type Outcome =
  | { readonly kind: 'delivered'; readonly receipt: string; readonly claims: ReceiptClaims }
  | { readonly kind: 'refused'; readonly reason: RefusalReason; readonly detail: string }
  | { readonly kind: 'alarm'; readonly code: AlarmCode; readonly detail: string }
  /** Nothing about this package: `touched` says whether its bytes were under way. */
  | { readonly kind: 'line'; readonly problem: string; readonly touched: boolean; readonly progress: boolean }
  | { readonly kind: 'denied'; readonly reason: RefusalReason; readonly detail: string }
  /** Nothing about this package either: the cloud asked for a pause. */
  | { readonly kind: 'busy'; readonly afterMs: number }
  | { readonly kind: 'failed'; readonly problem: string };

const CHECK_EVERY_MS = 1000;
/** A large package is checked in seconds; after this many looks the attempt ends and is repeated later. */
const MAX_CHECKS = 60;
/** Offsets that keep moving mean somebody else is writing: give up this attempt. */
const MAX_CONFLICTS = 3;
/** Bytes that are read and hashed in a few milliseconds. */
const CHECKED_AT_ONCE = 1_000_000;
const NOT_HERE: RequestFault = { kind: 'failed', problem: 'the kiosk no longer holds the package' };

/**
 * One attempt to deliver one package: ask first, since it may be there already; go on where the bytes stopped; ask
 * for the receipt; verify it.
 */
export async function deliver(ports: DeliveryPorts, entry: OutboxEntry, signal: AbortSignal): Promise<Outcome> {
  if (!(await isIntact(ports.store, entry))) {
    return {
      kind: 'alarm',
      code: 'local-bytes-changed',
      detail: 'the stored package has other bytes than were queued',
    };
  }
  const known = await settled(ports, entry, signal);
  if (known.kind !== 'done') return faulted(known, false, false);
  const answer = known.value;
  if (answer?.state === 'stored') return accept(ports, entry, answer.receipt);
  if (answer?.state === 'refused' && !entry.refusedBefore) return { ...answer, kind: 'refused' };
  if (answer?.state === 'checking') return { kind: 'failed', problem: 'the cloud is still checking' };

  const resume = answer?.state === 'receiving' ? [entry.uploadUrl, answer.upload] : [];
  const sent = await send(ports, entry, resume, signal);
  if (sent.fault !== null) return faulted(sent.fault, true, sent.progress);

  const after = await settled(ports, entry, signal);
  if (after.kind !== 'done') return faulted(after, true, sent.progress);
  switch (after.value?.state) {
    case 'stored':
      return accept(ports, entry, after.value.receipt);
    case 'refused':
      return { ...after.value, kind: 'refused' };
    case 'checking':
    case 'receiving':
    case undefined:
      return { kind: 'failed', problem: 'all bytes were taken, but there is no receipt' };
  }
}

/** What the cloud says once it is no longer busy checking. */
async function settled(
  ports: DeliveryPorts,
  entry: OutboxEntry,
  signal: AbortSignal,
): Promise<Reply<PackageAnswer | null>> {
  for (let looks = 1; ; looks += 1) {
    const reply = await ports.client.ask(entry.digest, signal);
    if (reply.kind !== 'done' || reply.value?.state !== 'checking' || looks === MAX_CHECKS) return reply;
    await ports.pause(CHECK_EVERY_MS, signal);
  }
}

/** Read and hashed piece by piece, with turns of the event loop between. */
async function isIntact(store: Pick<OutboxStore, 'part'>, { digest, size }: OutboxEntry): Promise<boolean> {
  const hash = createHash('sha256');
  for (let at = 0; at < size; at += CHECKED_AT_ONCE) {
    const part = store.part(digest, at, CHECKED_AT_ONCE);
    if (part === null) return false;
    hash.update(part);
    await turn();
  }
  return store.part(digest, size, 1)?.length === 0 && hash.digest('hex') === digest;
}

interface Sent {
  readonly fault: RequestFault | null;
  /** Whether more bytes are there than before. */
  readonly progress: boolean;
}

async function send(
  ports: DeliveryPorts,
  entry: OutboxEntry,
  resume: readonly (string | null)[],
  signal: AbortSignal,
): Promise<Sent> {
  const begun = await begin(ports, entry, resume, signal);
  if (begun.kind !== 'done') return { fault: begun, progress: false };
  const { upload } = begun.value;
  let { offset, progress } = begun.value;
  let conflicts = 0;
  while (offset < entry.size) {
    const chunk = ports.store.part(entry.digest, offset, ports.pace.chunkBytes());
    if (chunk === null) return { fault: NOT_HERE, progress };
    let reply = await paced(ports, chunk, signal, () => ports.client.append(upload, offset, chunk, signal));
    if (reply.kind === 'conflict' && conflicts < MAX_CONFLICTS) {
      conflicts += 1;
      reply = await ports.client.offset(upload, signal);
    } else if (reply.kind === 'done') {
      progress = true;
    }
    if (reply.kind === 'gone') ports.store.markSending(entry.digest, null);
    if (reply.kind !== 'done') return { fault: reply, progress };
    offset = reply.value;
    ports.reached.set(entry.digest, offset);
  }
  return { fault: null, progress };
}

/** One request with bytes of a package in it: not before its turn, and the next one is as long as the line carries. */
async function paced<T>(
  { pace, clock }: DeliveryPorts,
  bytes: Uint8Array,
  signal: AbortSignal,
  request: () => Promise<Reply<T>>,
): Promise<Reply<T>> {
  await pace.admit(bytes.length, signal);
  const from = clock.monotonicMicros();
  const reply = await request();
  if (reply.kind === 'done' || reply.kind === 'line') {
    pace.learn(bytes.length, reply.kind === 'done' ? clock.monotonicMicros() - from : null);
  }
  return reply;
}

async function begin(
  ports: DeliveryPorts,
  entry: OutboxEntry,
  resume: readonly (string | null)[],
  signal: AbortSignal,
): Promise<Reply<{ readonly upload: string; readonly offset: number; readonly progress: boolean }>> {
  for (const upload of new Set(resume)) {
    if (upload === null) continue;
    const reply = await ports.client.offset(upload, signal);
    if (reply.kind === 'done' && reply.value <= entry.size) {
      ports.store.markSending(entry.digest, upload);
      const progress = reply.value > (ports.reached.get(entry.digest) ?? 0);
      ports.reached.set(entry.digest, reply.value);
      return { kind: 'done', value: { upload, offset: reply.value, progress } };
    }
    if (reply.kind === 'line' || reply.kind === 'denied' || reply.kind === 'busy') return reply;
  }
  ports.store.markSending(entry.digest, null);
  const first = ports.store.part(entry.digest, 0, ports.pace.chunkBytes());
  if (first === null) return NOT_HERE;
  const created = await paced(ports, first, signal, () => ports.client.create(entry, first, signal));
  if (created.kind !== 'done') return created;
  ports.store.markSending(entry.digest, created.value.upload);
  return { kind: 'done', value: { ...created.value, progress: created.value.offset > 0 } };
}

async function accept(ports: DeliveryPorts, entry: OutboxEntry, receipt: string): Promise<Outcome> {
  const verified = await ports.receipts.verify(receipt, entry);
  if (verified.ok) return { kind: 'delivered', receipt, claims: verified.value };
  const { code, detail } = verified.error;
  return {
    kind: 'alarm',
    code: code === 'other-package' ? 'receipt-for-other-package' : 'receipt-untrusted',
    detail,
  };
}

function faulted(fault: RequestFault, touched: boolean, progress: boolean): Outcome {
  switch (fault.kind) {
    case 'line':
      return { kind: 'line', problem: fault.problem, touched, progress };
    case 'denied':
      return { kind: 'denied', ...fault.refusal };
    case 'refused':
      return { kind: 'refused', ...fault.refusal };
    case 'gone':
      return { kind: 'failed', problem: 'the upload is gone' };
    case 'conflict':
      return { kind: 'failed', problem: 'the upload moves under us' };
    case 'busy':
    case 'failed':
      return fault;
  }
}
