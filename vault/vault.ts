import type { AuditEntry } from '../signing/audit/audit-entry.ts';
import type { Clock } from '../signing/clock.ts';
import type { NewId } from '../signing/ids.ts';
import { createAuditStore, type AuditStore } from './audit-store.ts';
import { createCeremonyStore, type CeremonyStore } from './ceremony-store.ts';
import { createConfigurationStore, type ConfigurationStore } from './configuration-store.ts';
import { createContents, type ContentStore } from './content-store.ts';
import { openDatabase, type Synchronous } from './database.ts';
import { createDisplayStore, type DisplayStore } from './display-store.ts';
import { createDocumentStore, type DocumentStore } from './document-store.ts';
import { createErasureStore, type ErasureStore } from './erasure-store.ts';
import { createIdentityStore, type IdentityStore } from './identity-store.ts';
import type { KeyStore } from './key-store/key-store.ts';
import { createJobStore, type JobStore } from './job-store.ts';
import { createMetaStore, type MetaStore } from './meta-store.ts';
import { migrate } from './migrations.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { createPlacementStore, type PlacementStore } from './placement-store.ts';
import { createSealStore, type SealStore } from './seal-store.ts';
import { createSessionStore, type SessionStore } from './session-store.ts';
import { createSignatoryStore, type SignatoryStore } from './signatory-store.ts';
import { createStaffStore, type StaffStore } from './staff-store.ts';
import { createTransactionStore, type TransactionStore } from './transaction-store.ts';

/** The kiosk's durable state: one SQLite file. All but large bytes is synchronous; times are wall milliseconds. */
export interface Vault {
  /**
   * One durable step: all of it or nothing, on disk when it returns. Rolls back when `work` throws (a returned
   * `Err` does not). Nested calls join. Every changing method below throws outside of it.
   */
  write<T>(work: () => Synchronous<T>): T;
  readonly audit: AuditStore;
  readonly staff: StaffStore;
  readonly sessions: SessionStore;
  readonly displays: DisplayStore;
  readonly transactions: TransactionStore;
  /** How large bytes enter. */
  readonly contents: ContentStore;
  readonly documents: DocumentStore;
  readonly placements: PlacementStore;
  readonly signatories: SignatoryStore;
  readonly identities: IdentityStore;
  readonly ceremonies: CeremonyStore;
  readonly seals: SealStore;
  readonly erasures: ErasureStore;
  readonly outbox: Outbox;
  readonly configuration: ConfigurationStore;
  readonly jobs: JobStore;
  readonly meta: MetaStore;
  /** SQLite's own check of the file and of references: 'ok', or what is wrong. Reads everything. */
  check(): string;
  /**
   * Puts what was written into the file and empties the log beside it, so that nothing erased is left there. False when
   * another process was reading: to be tried again.
   */
  emptyLog(): boolean;
  close(): void;
}

export interface VaultOptions {
  readonly clock: Clock;
  readonly newId: NewId;
  /** So much is written and read at once; default 1 MB. */
  readonly pieceBytes?: number;
  /** Opens an encrypted vault, and makes a new one encrypted; without it the vault lies in the clear. */
  readonly keyStore?: KeyStore | null;
  /** Told of each audit entry once it is durable; must not throw, nor change anything here. */
  readonly onAudit?: (entry: AuditEntry) => void;
}

/** @throws VaultError 'not-a-vault', 'locked', 'in-the-clear', 'schema-newer', 'damaged'. */
export function openVault(path: string, options: VaultOptions): Vault {
  const database = openDatabase(path, options.keyStore?.keyFor('vault-pages') ?? null);
  try {
    migrate(database);
  } catch (error) {
    database.close();
    throw error;
  }
  const { clock, newId, pieceBytes } = options;
  const audit = createAuditStore(database, clock, newId, options.onAudit);
  const contents = createContents(database, pieceBytes);
  return {
    write: (work) => database.write(work),
    audit,
    staff: createStaffStore(database, clock),
    sessions: createSessionStore(database, clock),
    displays: createDisplayStore(database, clock),
    transactions: createTransactionStore(database, clock),
    contents,
    documents: createDocumentStore(database, clock, contents),
    placements: createPlacementStore(database),
    signatories: createSignatoryStore(database),
    identities: createIdentityStore(database, clock),
    ceremonies: createCeremonyStore(database),
    seals: createSealStore(database),
    erasures: createErasureStore(database),
    outbox: createOutbox(database, clock, audit, contents),
    configuration: createConfigurationStore(database, clock),
    jobs: createJobStore(database, clock),
    meta: createMetaStore(database),
    check() {
      const integrity = String(database.pragma('integrity_check'));
      if (integrity !== 'ok') return integrity;
      return database.pragma('foreign_key_check') === undefined ? 'ok' : 'a row refers to one that is not there';
    },
    emptyLog: () => database.emptyLog(),
    close: () => database.close(),
  };
}
