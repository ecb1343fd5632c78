import type { Sha256 } from '../../../signing/digest.ts';
import type { OutboxEntry, OutboxStore } from '../../../sync/kiosk/outbox-store.ts';
import type { TestPackage } from './packages.ts';

export interface MemoryRow extends OutboxEntry {
  readonly state: 'waiting' | 'sending' | 'delivered' | 'refused' | 'set-aside';
  readonly dueAt: number;
  readonly bytes: Uint8Array;
  readonly receipt: string | null;
  readonly problem: string | null;
  readonly alarms: readonly string[];
}

/** The port with nothing behind it but a map: outlives any courier, as the vault does. */
export interface MemoryOutbox extends OutboxStore {
  readonly rows: ReadonlyMap<Sha256, MemoryRow>;
  queue(made: TestPackage, queuedAt: string): void;
  retry(digest: Sha256): void;
  /** Another package takes the place of that one, which is known no more. */
  replace(before: Sha256, made: TestPackage, queuedAt: string): void;
}

export function memoryOutbox(): MemoryOutbox {
  const rows = new Map<Sha256, MemoryRow>();
  const change = (digest: Sha256, to: Partial<MemoryRow>): void => {
    const row = rows.get(digest);
    if (row === undefined) throw new Error('no such package');
    if (row.state !== 'waiting' && row.state !== 'sending' && to.state !== undefined) {
      throw new Error(`${row.state} may not become ${to.state}`);
    }
    rows.set(digest, { ...row, ...to });
  };
  const outbox: MemoryOutbox = {
    rows,
    replace(before, made, queuedAt) {
      rows.delete(before);
      outbox.queue(made, queuedAt);
    },
    queue({ digest, bytes, transaction, auditHead }, queuedAt) {
      const size = bytes.length;
      const empty = { attempts: 0, uploadUrl: null, refusedBefore: false, receipt: null, problem: null, alarms: [] };
      const trace = digest.slice(0, 32);
      rows.set(digest, {
        digest,
        bytes,
        size,
        transaction,
        auditHead,
        queuedAt,
        state: 'waiting',
        dueAt: 0,
        trace,
        ...empty,
      });
    },
    retry(digest) {
      const row = rows.get(digest);
      if (row === undefined) return;
      const refusedBefore = row.refusedBefore || row.state === 'refused';
      rows.set(digest, { ...row, state: 'waiting', attempts: 0, dueAt: 0, uploadUrl: null, refusedBefore });
    },
    due: (now, limit, first = 'oldest') =>
      [...rows.values()]
        .filter((row) => row.state === 'waiting' || row.state === 'sending')
        .filter((row) => row.dueAt <= now || row.dueAt > now + 86_400_000)
        .toSorted((a, b) => (first === 'smallest' ? a.size - b.size : 0) || a.queuedAt.localeCompare(b.queuedAt))
        .slice(0, limit),
    part: (digest, from, length) => rows.get(digest)?.bytes.subarray(from, from + length) ?? null,
    markSending: (digest, uploadUrl) => change(digest, { state: 'sending', uploadUrl }),
    markWaiting: (digest, { attempts, dueAt, problem }) =>
      change(digest, { state: 'waiting', attempts, dueAt, problem }),
    markDelivered: (digest, receipt) => change(digest, { state: 'delivered', receipt }),
    markRefused: (digest, reason) => change(digest, { state: 'refused', problem: reason }),
    markSetAside: (digest, problem) => change(digest, { state: 'set-aside', problem }),
    alarm(digest, code) {
      change(digest, { alarms: [...(rows.get(digest)?.alarms ?? []), code] });
    },
  };
  return outbox;
}
