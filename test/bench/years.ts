import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TransactionId } from '../../signing/ids.ts';
import { median, round, type BenchResult } from './bench.ts';
import { ENTRIES_EACH, yearsVault, type YearsVault } from './years-vault.ts';

const YOUNG = 200;
const OLD = 100_000;
const REPEATS = 21;
/** Far enough from now that nothing queued is due before it. */
const SOON_MS = 1000;

/**
 * What screens, outbox and writes of a kiosk cost after years, beside the same in its first days: each a function that the
 * program's own desks call. Real stores on a real SQLite file, in the clear.
 */
export async function benchYears(): Promise<BenchResult> {
  const young = await measure(YOUNG);
  const old = await measure(OLD);
  return {
    name: 'years',
    rows: [...young].map(([what, first]) => {
      const later = old.get(what) ?? NaN;
      return { what, 'young ms': round(first, 3), 'old ms': round(later, 3), ratio: round(later / first, 2) };
    }),
    notes: [
      `Young: ${YOUNG} transactions and ${YOUNG * ENTRIES_EACH} audit entries; old: ${OLD} and ${OLD * ENTRIES_EACH}. Medians of ${REPEATS}.`,
      'Writes are durable: most of a write is the disk, and varies with it.',
    ],
  };
}

async function measure(transactions: number): Promise<Map<string, number>> {
  const folder = mkdtempSync(path.join(tmpdir(), 'countersign-bench-years-'));
  try {
    const made = yearsVault(folder, transactions);
    const found = new Map<string, number>();
    for (const [what, work] of Object.entries(acts(made))) {
      const times: number[] = [];
      // The first is for the caches.
      for (let i = 0; i <= REPEATS; i += 1) {
        const began = performance.now();
        work();
        times.push(performance.now() - began);
      }
      found.set(what, median(times.slice(1)));
      await new Promise((resolve) => setImmediate(resolve));
    }
    made.vault.close();
    const starts: number[] = [];
    for (let i = 0; i < REPEATS; i += 1) {
      const began = performance.now();
      const vault = made.open();
      starts.push(performance.now() - began);
      vault.close();
    }
    return found.set('start: open the vault', median(starts));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function acts({ vault, oneMore }: YearsVault): Readonly<Record<string, () => unknown>> {
  const { transactions, outbox, audit } = vault;
  const [newest] = transactions.list({ limit: 1 });
  if (newest === undefined) throw new Error('nothing was made');
  const opened = (): TransactionId => {
    const id = randomUUID() as TransactionId;
    vault.write(() => {
      transactions.insert({ id, name: 'Pogodba', state: 'open', createdBy: 'Ana Novak' });
      audit.append({ eventType: 'transaction.opened', transactionId: id, transactionName: 'Pogodba' });
    });
    return id;
  };
  return {
    'status strip: what waits': () => outbox.counts(),
    'courier: what is due': () => [
      outbox.due(Date.now() + SOON_MS, 20),
      outbox.due(Date.now() + SOON_MS, 20, 'smallest'),
    ],
    'queue: newest': () => transactions.list(),
    'queue: open': () => transactions.list({ state: 'open' }),
    'queue: set aside': () => transactions.list({ delivery: 'set-aside' }),
    'queue: to review': () => transactions.list({ review: 'to-review' }),
    'queue: complete and not packed': () => transactions.list({ state: 'complete', delivery: 'none' }),
    'queue: complete, to review': () => transactions.list({ state: 'complete', review: 'to-review' }),
    'search: a name in all': () => transactions.list({ text: 'pogodba' }),
    'search: a name in one of 1000': () => transactions.list({ text: 'posebna' }),
    'search: a name in one': () => transactions.list({ text: '000123' }),
    'search: a name in none': () => transactions.list({ text: 'nikjer' }),
    'search: two letters in all': () => transactions.list({ text: 'po' }),
    'search: two letters in none': () => transactions.list({ text: 'xq' }),
    'search: in all, open only': () => transactions.list({ text: 'pogodba', state: 'open' }),
    'audit: of a transaction': () => audit.ofTransaction(newest.id),
    'audit: excerpt of the newest': () => audit.excerpt(newest.id),
    'audit: chain since the newest began': () => audit.verify(audit.before(newest.id)),
    'audit: newest 100 entries': () => audit.range(audit.head().sequence - 99, audit.head().sequence),
    'write: an audit entry': () => vault.write(() => void audit.append({ eventType: 'kiosk.started' })),
    'write: a new transaction': opened,
    'write: a transaction from arrival to receipt': oneMore,
  };
}
