import { utf8 } from '../../../signing/bytes.ts';
import type { Clock } from '../../../signing/clock.ts';
import { isSha256 } from '../../../signing/digest.ts';
import type { NewId } from '../../../signing/ids.ts';
import { err, type Result } from '../../../signing/result.ts';
import type { VerificationReport } from '../../../signing/verification/verification-report.ts';
import { appendAudit, type CloudAuditEvent } from '../audit/audit-trail.ts';
import { changeStaff, type StaffChange, type StaffRefusal } from '../configuration/staff-part.ts';
import { archiveState, type ArchiveState } from '../archive/archive-state.ts';
import type { Database } from '../database.ts';
import type { ReceiptRing } from '../devices/receipt-ring.ts';
import { documentCopy, type DocumentCopy } from '../document-copy.ts';
import type { Jobs } from '../jobs/queue.ts';
import type { ObjectStore } from '../object-store.ts';
import { findPackage, listPackages, type PackageFilter, type PackageSummary } from '../package-list.ts';
import { destructionProof } from '../retention/destroy-due.ts';
import { liftHold, placeHold, type HoldRefusal, type HoldScope, type LegalHold } from '../retention/legal-holds.ts';
import { setRetention, type RetentionClass, type RetentionRefusal } from '../retention/retention-rules.ts';
import { auditTable, transactionAudit } from './audit-export.ts';
import { listBranches, type ListedBranch } from './branches.ts';
import { listCertificates, type ListedCertificate } from './certificates.ts';
import {
  listExceptions,
  settleException,
  type CloudException,
  type ConsoleActor,
  type NotedException,
  type NoteRefusal,
} from './exceptions.ts';
import { holdsOn, retentionView, type RetentionView } from './retention-view.ts';

export interface ConsolePorts {
  readonly database: Database;
  readonly objects: ObjectStore;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly ring: Pick<ReceiptRing, 'publicKeys'>;
  readonly jobs: () => Pick<Jobs, 'troubled' | 'retry'> | null;
}

export interface OpenedPackage {
  readonly summary: PackageSummary;
  readonly report: VerificationReport | null;
  /** In force on it now. */
  readonly holds: readonly LegalHold[];
  /** Null where nothing was handed to an archive yet. */
  readonly archive: ArchiveState | null;
}

/** A key that receipts are or were signed with. */
export interface ListedReceiptKey {
  readonly kid: string;
  /** Null for the newest. */
  readonly notAfter: string | null;
}

/**
 * What people at the console see and do. Everything is theirs by tenant, and what is another's is not there; each read of
 * names or documents is an entry of the tenant's trail, written before anything is shown.
 */
export interface ConsoleDesk {
  exceptions(
    by: ConsoleActor,
  ): Promise<{ readonly open: readonly CloudException[]; readonly noted: readonly NotedException[] }>;
  settle(key: string, by: ConsoleActor): Promise<Result<null, NoteRefusal>>;
  search(filter: Omit<PackageFilter, 'tenant'>, by: ConsoleActor): Promise<readonly PackageSummary[]>;
  open(digest: string, by: ConsoleActor): Promise<OpenedPackage | null>;
  /** A document of a package at the level reached. @param number from 1 */
  document(digest: string, number: number, by: ConsoleActor): Promise<DocumentCopy | null>;
  /** Writes down that a report is saved; false where there is no such package for this person. */
  saveReport(digest: string, by: ConsoleActor): Promise<boolean>;
  /** All that is on record about its transaction, as a file: JSON with the proof of both chains, or a table (CSV). */
  auditOf(digest: string, format: 'json' | 'csv', by: ConsoleActor): Promise<Uint8Array | null>;
  branches(by: ConsoleActor): Promise<readonly ListedBranch[]>;
  changeStaff(change: Omit<StaffChange, 'by'>, by: ConsoleActor): Promise<Result<null, StaffRefusal>>;
  keys(by: ConsoleActor): Promise<{
    readonly certificates: readonly ListedCertificate[];
    readonly receiptKeys: readonly ListedReceiptKey[];
  }>;
  retention(by: ConsoleActor): Promise<RetentionView>;
  setRetention(
    rule: {
      readonly tenant: string;
      readonly class: RetentionClass;
      readonly days: number;
      readonly reason: string | null;
    },
    by: ConsoleActor,
  ): Promise<Result<null, RetentionRefusal>>;
  placeHold(
    hold: {
      readonly tenant: string;
      readonly scope: HoldScope;
      readonly reason: string;
      readonly endsAt: string | null;
    },
    by: ConsoleActor,
  ): Promise<Result<string, HoldRefusal>>;
  liftHold(
    hold: { readonly tenant: string; readonly id: string; readonly reason: string },
    by: ConsoleActor,
  ): Promise<Result<null, HoldRefusal>>;
  /** Compact JWS; null when the package was not destroyed by retention, or is another tenant's. */
  proof(digest: string, by: ConsoleActor): Promise<string | null>;
}

export function createConsoleDesk(ports: ConsolePorts): ConsoleDesk {
  const { database, clock } = ports;
  const audited = (
    { id }: ConsoleActor,
    tenant: string | null,
    event: CloudAuditEvent,
    about: Readonly<Record<string, string | number>>,
  ): Promise<unknown> => database.transaction((sql) => appendAudit(sql, clock, { tenant, event, by: id, about }));
  const find = (digest: string, by: ConsoleActor): ReturnType<typeof findPackage> =>
    isSha256(digest) ? findPackage(database, digest, by.tenant) : Promise.resolve(null);
  /** The package, once it is written down that it was looked at for `event`. */
  const read = async (
    digest: string,
    by: ConsoleActor,
    event: CloudAuditEvent,
    more: Readonly<Record<string, number>> = {},
  ): ReturnType<typeof findPackage> => {
    const found = await find(digest, by);
    if (found === null) return null;
    const { tenant, transaction } = found.summary;
    await audited(by, tenant, event, { package: digest, transaction, ...more });
    return found;
  };
  const isTheirs = (tenant: string, by: ConsoleActor): boolean => by.tenant === null || by.tenant === tenant;

  return {
    exceptions: (by) => listExceptions(ports, by.tenant),
    settle: (key, by) => settleException(ports, key, by),
    async search(filter, by) {
      const found = await listPackages(database, { ...filter, tenant: by.tenant });
      // What was looked for may be a person's name: only by what kinds of filter, and how many were shown.
      const filters = Object.keys(filter).sort().join(' ');
      await audited(by, by.tenant, 'packages.searched', { filters, shown: found.length });
      return found;
    },
    async open(digest, by) {
      const found = await read(digest, by, 'package.opened');
      if (found === null) return null;
      const holds = await holdsOn(database, found.summary, clock.now());
      return { ...found, holds, archive: await archiveState(database, found.summary.digest) };
    },
    async document(digest, number, by) {
      const copy = isSha256(digest) ? await documentCopy(ports, digest, number, by.tenant) : null;
      if (copy !== null) await read(digest, by, 'document.fetched', { document: number });
      return copy;
    },
    saveReport: async (digest, by) => (await read(digest, by, 'report.saved')) !== null,
    async auditOf(digest, format, by) {
      if ((await read(digest, by, 'audit.exported')) === null || !isSha256(digest)) return null;
      const audit = await transactionAudit(ports, digest, by.tenant);
      if (audit === null) return null;
      return utf8(format === 'json' ? `${JSON.stringify(audit, null, 1)}\n` : auditTable(audit));
    },
    branches: (by) => listBranches(database, by.tenant),
    changeStaff: async (change, by) =>
      isTheirs(change.tenant, by) ? changeStaff(ports, { ...change, by: by.name }) : err('not-found'),
    keys: async (by) => ({
      certificates: await listCertificates(database, clock, by.tenant),
      receiptKeys: (await ports.ring.publicKeys(database)).map(({ kid, notAfter }) => ({
        kid,
        notAfter: notAfter ?? null,
      })),
    }),
    retention: (by) => retentionView(database, by.tenant),
    setRetention: async (rule, by) =>
      isTheirs(rule.tenant, by) ? setRetention(ports, { ...rule, by: by.id }) : err('tenant-unknown'),
    placeHold: async (hold, by) =>
      isTheirs(hold.tenant, by) ? placeHold(ports, { ...hold, by: by.id }) : err('package-unknown'),
    liftHold: async (hold, by) =>
      isTheirs(hold.tenant, by) ? liftHold(ports, { ...hold, by: by.id }) : err('hold-unknown'),
    async proof(digest, by) {
      if (!isSha256(digest)) return null;
      const [row] = await database.query(
        'select 1 from tombstones where digest = $1 and ($2::text is null or tenant = $2)',
        [digest, by.tenant],
      );
      return row === undefined ? null : destructionProof(database, digest);
    },
  };
}
