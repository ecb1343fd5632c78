import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Clock } from '../../../signing/clock.ts';
import type { TransactionId } from '../../../signing/ids.ts';
import type { OutboxStore } from '../../../sync/kiosk/outbox-store.ts';
import { VaultError } from '../../../vault/errors.ts';
import { openVault } from '../../../vault/vault.ts';
import type { TestPackage } from './packages.ts';

/** The kiosk's real outbox in a real file. `strikes` says whether the disk is full at this mark. */
export function vaultOutbox(clock: Clock, made: readonly TestPackage[], strikes: () => boolean) {
  const folder = mkdtempSync(path.join(tmpdir(), 'countersign-outbox-'));
  const open = () => openVault(path.join(folder, 'vault.sqlite'), { clock, newId: randomUUID });
  let vault = open();
  vault.write(() => {
    for (const { transaction, auditHead, bytes } of made) {
      const id = transaction as TransactionId;
      vault.transactions.insert({ id, name: transaction, state: 'open', createdBy: 'Ana' });
      vault.outbox.insert({ transaction: id, auditHead, package: bytes });
    }
  });
  /** The mark fails in the middle of its transaction: nothing of it may be there afterwards. */
  const mark = (work: () => void): void => {
    const full = strikes();
    vault.write(() => {
      work();
      if (full) throw new VaultError('disk-full', 'the disk is full');
    });
  };
  const store: OutboxStore = {
    due: (...given) => vault.outbox.due(...given),
    part: (...given) => vault.outbox.part(...given),
    markSending: (...given) => mark(() => vault.outbox.markSending(...given)),
    markWaiting: (...given) => mark(() => vault.outbox.markWaiting(...given)),
    markDelivered: (...given) => mark(() => vault.outbox.markDelivered(...given)),
    markRefused: (...given) => mark(() => vault.outbox.markRefused(...given)),
    markSetAside: (...given) => mark(() => vault.outbox.markSetAside(...given)),
    alarm: (...given) => mark(() => vault.outbox.alarm(...given)),
  };
  const rows = () => made.map(({ digest }) => vault.outbox.get(digest));
  return {
    store,
    receiptOf: (one: TestPackage): string | null => vault.outbox.get(one.digest)?.receipt ?? null,
    eventsOf: (one: TestPackage): readonly string[] =>
      vault.audit.ofTransaction(one.transaction as TransactionId).map(({ eventType }) => eventType),
    allDelivered: (): boolean => rows().every((row) => row?.state === 'delivered'),
    asideIn: (): readonly string[] => rows().flatMap((row) => (row?.state === 'set-aside' ? [row.transaction] : [])),
    retry: (transaction: string): boolean => vault.outbox.retry(transaction, 'Mojca', null),
    /** As after a crash: another opening of the same file. */
    reopen(): void {
      vault.close();
      vault = open();
    },
    end(): void {
      vault.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
