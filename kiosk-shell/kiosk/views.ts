import { ceremonyStatus } from '../../signing/ceremony/status.ts';
import type { Ceremony } from '../../signing/ceremony/ceremony.ts';
import { nextSignatories } from '../../signing/ceremony/signatories.ts';
import { isoTime } from '../../signing/clock.ts';
import type { DocumentRecord } from '../../vault/document-store.ts';
import type { PlacementRecord } from '../../vault/placement-store.ts';
import type { SealMark } from '../../vault/seal-store.ts';
import type { SignatoryRecord } from '../../vault/signatory-store.ts';
import type { TransactionRecord } from '../../vault/transaction-store.ts';
import type { Vault } from '../../vault/vault.ts';
import type { CaptureView } from '../kiosk-api/capture.ts';
import type { CeremonyView, IdentityView, SignatoryView } from '../kiosk-api/ceremony.ts';
import type { PenDataView } from '../kiosk-api/erasure.ts';
import type { DisplayDocument } from '../kiosk-api/display.ts';
import type { DevicesView, DocumentView } from '../kiosk-api/documents.ts';
import type { JobView, TransactionDetail, TransactionSummary } from '../kiosk-api/transaction.ts';

/** Rows of the vault as screens see them. Nothing here changes anything. */
export function toSummary(row: TransactionRecord): TransactionSummary {
  return {
    id: row.id,
    name: row.name,
    state: row.state,
    delivery: row.delivery,
    review: row.review,
    createdAt: isoTime(row.createdAt),
    changedAt: isoTime(row.changedAt),
    documents: row.documents,
    signatoriesDone: row.signatoriesDone,
    signatories: row.signatories,
    returnedReason: row.returnedReason,
    fromCloud: row.fromCloud,
  };
}

export function toDetail(
  vault: Vault,
  row: TransactionRecord,
  ceremony: CeremonyView | null,
  devices: DevicesView,
  penData: PenDataView,
): TransactionDetail {
  const placements = Map.groupBy(vault.placements.ofTransaction(row.id), ({ document }) => document);
  const seals = new Map(vault.seals.marksOfTransaction(row.id).map((seal) => [keyOf(seal), seal]));
  const outbox = vault.outbox.ofTransaction(row.id);
  return {
    ...toSummary(row),
    documentList: vault.documents.ofTransaction(row.id).map((document) => {
      return toDocument(vault, document, placements.get(document.id) ?? [], seals);
    }),
    signatoryList: toSignatories(vault, row.id),
    ceremony,
    voidedReason: row.voidedReason,
    job: toJob(vault, row.id),
    penData,
    packageDigest: outbox?.digest ?? null,
    trace: outbox?.trace ?? null,
    deliveryProblem: outbox?.refusalReason ?? outbox?.lastProblem ?? null,
    devices,
  };
}

function toJob(vault: Vault, transaction: string): JobView | null {
  const job = vault.jobs.get(transaction);
  if (job === null) return null;
  const { state, expiresAt } = job;
  const gone = state === 'withdrawn' || state === 'returned' || state === 'lost';
  return { expiresAt: isoTime(expiresAt), returnable: state === 'taken', ended: gone ? state : null };
}

/** `inDocument`: where the tenant keeps captures. */
export function toPenData(vault: Vault, transaction: string, inDocument: boolean): PenDataView {
  const captures = vault.erasures.captures(transaction);
  const signatoriesOf = (digests: readonly string[]): readonly string[] => [
    ...new Set(captures.filter(({ capture }) => digests.includes(capture)).map(({ signatory }) => signatory)),
  ];
  const there = captures.filter((one) => one.there).map(({ capture }) => capture);
  return {
    there: inDocument ? [] : signatoriesOf(there),
    inDocument: inDocument && there.length > 0,
    erasures: vault.erasures.ofTransaction(transaction).map((one) => ({
      at: isoTime(one.erasedAt),
      askedBy: one.request.by,
      reference: one.request.reference,
      legalBasis: one.legalBasis,
      carriedOutBy: one.carriedOutBy,
      signatories: signatoriesOf(one.captures),
    })),
  };
}

function keyOf({ document, placement }: Pick<SealMark, 'document' | 'placement'>): string {
  return `${document} ${placement}`;
}

function toDocument(
  vault: Vault,
  document: DocumentRecord,
  placements: readonly PlacementRecord[],
  seals: ReadonlyMap<string, SealMark>,
): DocumentView {
  const newest = vault.documents.newest(document.id);
  if (newest === null) throw new Error('a document always has a revision');
  const { pages, pdfVersion, pdfa, existingSignatures, warnings, unassigned } = document.facts;
  return {
    id: document.id,
    name: document.name,
    originalDigest: document.facts.digest,
    digest: newest.digest,
    revision: newest.number,
    byteLength: newest.length,
    type: document.type,
    facts: { pages, pdfVersion, pdfa, existingSignatures, warnings, unassigned },
    placements: placements.map((record) => {
      const seal = seals.get(keyOf({ document: document.id, placement: record.placement.id }));
      return {
        ...record.placement,
        signatory: record.signatory,
        signedAt: record.sealedAt === null ? null : isoTime(record.sealedAt),
        value: record.value,
        ...(seal === undefined ? {} : { completeness: seal.completeness }),
      };
    }),
  };
}

export function toSignatories(vault: Vault, transaction: string): readonly SignatoryView[] {
  const signatories = vault.signatories.ofTransaction(transaction);
  const next = new Set(nextSignatories(signatories).map(({ id }) => id));
  const fields = new Map<string, number>();
  for (const record of vault.placements.ofTransaction(transaction)) {
    if (record.signatory === null || !isTurn(record)) continue;
    fields.set(record.signatory, (fields.get(record.signatory) ?? 0) + 1);
  }
  return signatories.map((signatory) => ({
    id: signatory.id,
    role: signatory.role,
    order: signatory.order,
    state: next.has(signatory.id) ? 'next' : signatory.state,
    fields: fields.get(signatory.id) ?? 0,
    shortCode: signatory.shortCode,
  }));
}

export function toCeremony(
  vault: Vault,
  ceremony: Ceremony,
  looking: CeremonyView['looking'],
  capture: CaptureView | null,
): CeremonyView {
  const { state } = ceremony;
  const signatory = toSignatories(vault, ceremony.transaction).find(({ id }) => id === ceremony.signatory);
  if (signatory === undefined) throw new Error('a ceremony has a signatory');
  const status = ceremonyStatus(state);
  return {
    id: ceremony.id,
    transaction: ceremony.transaction,
    signatory,
    clerk: vault.staff.get(ceremony.clerk)?.name ?? '',
    step: status.step,
    awaiting: status.awaiting,
    identity: identityView(vault, ceremony),
    shown: ('shown' in state ? state.shown : []).map((shown) => ({
      document: shown.document,
      digest: shown.digest,
      revision: vault.documents.revisions(shown.document).find(({ digest }) => digest === shown.digest)?.number ?? 0,
      pagesSeen: Object.keys(shown.pages).map(Number),
      pageCount: shown.pageCount,
    })),
    looking,
    consent: 'consent' in state ? state.consent.answer : null,
    capture,
    signed: vault.seals.marksOfCeremony(ceremony.id).map((seal) => ({
      placement: seal.placement,
      at: isoTime(seal.sealedAt),
      completeness: seal.completeness,
    })),
  };
}

function identityView(vault: Vault, ceremony: Ceremony): IdentityView | null {
  const check = vault.identities.ofCeremony(ceremony.id);
  if (check === null) return null;
  const { documentKind, numberEnding, expiry, name, clerk, at } = check;
  return { documentKind, numberEnding, expiry, name, clerk: clerk.name, at };
}

/** A document as its signatory sees it: their own boxes only. */
export function toDisplayDocument(
  vault: Vault,
  document: DocumentRecord,
  digest: string,
  signatory: SignatoryRecord['id'],
): DisplayDocument {
  return {
    id: document.id,
    name: document.name,
    digest,
    pages: document.facts.pages.length,
    boxes: vault.placements
      .ofDocument(document.id)
      .filter((record) => record.signatory === signatory)
      .map(({ placement: { page, box, label, kind } }) => ({ page, box, label, kind })),
  };
}

function isTurn({ placement }: PlacementRecord): boolean {
  return placement.kind === 'signature' || placement.kind === 'initials';
}
