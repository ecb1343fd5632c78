import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { systemClock, type Clock } from '../../signing/clock.ts';
import { sha256, type Sha256 } from '../../signing/digest.ts';
import { utf8 } from '../../signing/bytes.ts';
import type { DocumentId, SignatoryId, TransactionId } from '../../signing/ids.ts';
import { openVault, type Vault } from '../../vault/vault.ts';

/** Audit entries of a transaction of these vaults, from arrival to receipt. */
export const ENTRIES_EACH = 10;
const BATCH = 1000;

export interface YearsVault {
  readonly vault: Vault;
  /** As a restart would. */
  readonly open: () => Vault;
  /** The next transaction's way from arrival to receipt, inside the caller's write or in writes of its own. */
  readonly oneMore: () => TransactionId;
}

/**
 * A vault as it is after so many transactions, made through its own stores: each with a document, a signatory, a delivered
 * package and ten entries of the trail. Names are of three kinds: in all, in one of a thousand, in one only.
 */
export function yearsVault(folder: string, transactions: number): YearsVault {
  let now = systemClock.now() - transactions * 600_000;
  const clock: Clock = { now: () => now, monotonicMicros: () => now * 1000 };
  const open = (): Vault => openVault(path.join(folder, 'vault.sqlite'), { clock, newId: randomUUID });
  const vault = open();
  let made = 0;
  const oneMore = (): TransactionId => {
    now += 600_000;
    made += 1;
    return arriveAndLeave(vault, made);
  };
  for (let left = transactions; left > 0; left -= BATCH)
    vault.write(() => {
      for (let i = 0; i < Math.min(BATCH, left); i += 1) oneMore();
    });
  return { vault, open, oneMore };
}

function arriveAndLeave(vault: Vault, number: number): TransactionId {
  const id = randomUUID() as TransactionId;
  const name = `Pogodba ${number % 1000 === 1 ? 'posebna ' : ''}št. ${String(number).padStart(6, '0')}`;
  const tell = (
    eventType: 'document.received' | 'review.presented' | 'document.read-by-staff',
    count: number,
  ): void => {
    for (let i = 0; i < count; i += 1)
      vault.audit.append({ eventType, transactionId: id, transactionName: name, userName: 'Ana Novak' });
  };
  vault.write(() => {
    vault.transactions.insert({ id, name, state: 'open', createdBy: 'Ana Novak' });
    const bytes = utf8(`%PDF-1.7 ${id}`);
    vault.documents.insert({
      id: randomUUID() as DocumentId,
      ...{ transaction: id, position: 0, name: 'pogodba.pdf', bytes, facts: factsOf(bytes) },
    });
    const signatory = randomUUID() as SignatoryId;
    vault.signatories.insert({ id: signatory, transaction: id, role: 'customer', order: 1 });
    tell('document.received', 2);
    vault.signatories.setState(signatory, 'signed', 'ABCD-EFGH');
    tell('review.presented', 4);
    vault.transactions.setState(id, 'complete');
    vault.transactions.setReview(id, 'approved');
    tell('document.read-by-staff', 2);
    deliver(vault, id);
  });
  return id;
}

/** Two entries. */
function deliver(vault: Vault, transaction: TransactionId): void {
  const { digest } = vault.outbox.insert({
    transaction,
    auditHead: vault.audit.head().digest,
    package: utf8(`package of ${transaction}`),
  });
  vault.outbox.markSending(digest, 'https://cloud.example.test/uploads/1');
  vault.outbox.markDelivered(digest, 'receipt', { arrivedAt: '2026-11-23T08:00:00.000Z', sequence: 1 });
}

function factsOf(bytes: Uint8Array) {
  const digest: Sha256 = sha256(bytes);
  return {
    ...{ digest, byteLength: bytes.length, pdfVersion: '1.7', pdfa: null, existingSignatures: 0, certified: null },
    pages: [{ width: 595, height: 842, rotate: 0 as const, cropBox: [0, 0, 595, 842] as const, userUnit: 1 }],
    ...{ placements: [], unassigned: [], warnings: [] },
  };
}
