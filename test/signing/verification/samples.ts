import { readFileSync } from 'node:fs';
import path from 'node:path';
import { nextEntry, type ChainHead, auditDigest } from '../../../signing/audit/chain.ts';
import type { AuditEntry } from '../../../signing/audit/audit-entry.ts';
import { makeExcerpt } from '../../../signing/audit/excerpt.ts';
import { concat } from '../../../signing/bytes.ts';
import { sha256, type Sha256 } from '../../../signing/digest.ts';
import { buildPackage, type BuiltPackage, type PackageInput } from '../../../signing/sealing/package.ts';
import { sealField, type SealedField, type SealFieldInput } from '../../../signing/sealing/seal-field.ts';
import { readCms } from '../../../signing/verification/cms-structure.ts';
import { samplePdf, sealInput, type SampleField, type SamplePdf, type TestPki } from '../../support/seal-fixtures.ts';

export const FIRST: SampleField = { name: 'Podpis stranke', box: [60, 300, 220, 80] };
export const SECOND: SampleField = { name: 'Clerk-signature', box: [320, 300, 180, 60] };

const FIXTURES = path.resolve(import.meta.dirname, '../../fixtures');
export const PDF_FOLDERS = ['pdf/valid', 'pdf/hostile', 'lgpl/pdf/valid', 'lgpl/pdf/hostile'] as const;

export function fixture(relative: string): Uint8Array {
  return new Uint8Array(readFileSync(path.join(FIXTURES, relative)));
}

/** Certificates found in the signatures of a PDF: to be trusted by a test that wants a chain. */
export function certificatesIn(bytes: Uint8Array): readonly Uint8Array[] {
  const text = Buffer.from(bytes).toString('latin1');
  return [...text.matchAll(/\/Contents\s*<([0-9A-Fa-f]{400,})>/g)].flatMap(([, hex = '']) => {
    const padded = Buffer.from(hex, 'hex');
    const length = 4 + padded.readUInt16BE(2);
    return readCms(padded.subarray(0, length)).certificates.map(({ der }) => der);
  });
}

export interface SealedSample {
  /** The whole file after each step, the unsigned one first. */
  readonly revisions: readonly Uint8Array[];
  readonly bytes: Uint8Array;
  readonly seals: readonly SealedField[];
  readonly bindings: ReadonlyMap<Sha256, Uint8Array>;
  readonly captures: ReadonlyMap<Sha256, Uint8Array>;
}

/** A document signed in the given fields, one after the other, by the code under test's counterpart. */
export async function sealed(
  pki: TestPki,
  fields: readonly SampleField[] = [FIRST, SECOND],
  options: { readonly sample?: Partial<SamplePdf>; readonly changes?: Partial<SealFieldInput> } = {},
): Promise<SealedSample> {
  const revisions: Uint8Array[] = [await samplePdf({ fields, ...options.sample })];
  const seals: SealedField[] = [];
  for (const field of fields) {
    const { seal, bytes } = await sealOne(pki, revisions.at(-1)!, field, options.changes);
    seals.push(seal);
    revisions.push(bytes);
  }
  return {
    revisions,
    bytes: revisions.at(-1)!,
    seals,
    bindings: new Map(seals.map(({ bindingDigest, statement }) => [bindingDigest, statement])),
    captures: new Map(
      seals.flatMap(({ sealedCaptureDigest, sealedCapture }) =>
        sealedCaptureDigest === null || sealedCapture === null ? [] : [[sealedCaptureDigest, sealedCapture] as const],
      ),
    ),
  };
}

export async function sealOne(
  pki: TestPki,
  revision: Uint8Array,
  field: SampleField,
  changes: Partial<SealFieldInput> = {},
): Promise<{ readonly seal: SealedField; readonly bytes: Uint8Array }> {
  const result = await sealField(sealInput(pki, revision, field, changes));
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.detail}`);
  return { seal: result.value, bytes: concat(revision, result.value.increment) };
}

/** Three entries of the transaction with one of another between them. */
export function auditEntries(): readonly AuditEntry[] {
  const entries: AuditEntry[] = [];
  let head: ChainHead | null = null;
  for (const [index, transactionId] of ['transaction-1', 'transaction-1', 'transaction-2', 'transaction-1'].entries()) {
    const stamp = { eventId: `event-${String(index)}`, time: `2026-11-23T08:00:0${String(index)}.000Z` };
    const entry: AuditEntry = nextEntry(head, { eventType: 'signature.sealed', transactionId }, stamp);
    entries.push(entry);
    head = { sequence: entry.sequence, digest: auditDigest(entry) };
  }
  return entries;
}

export function packageInput(pki: TestPki, sample: SealedSample): PackageInput {
  const fields = [FIRST, SECOND];
  return {
    tenant: 'tenant-1',
    branch: 'branch-1',
    kiosk: 'kiosk-1',
    transaction: 'transaction-1',
    transactionName: 'Pogodba',
    completedAt: new Date('2026-11-23T08:20:00Z'),
    documents: [
      {
        id: 'document-1',
        name: 'Pogodba.pdf',
        bytes: sample.bytes,
        original: sha256(sample.revisions[0]!),
        prepared: sha256(sample.revisions[0]!),
        revisions: sample.revisions.map((bytes) => ({ digest: sha256(bytes), length: bytes.length })),
      },
    ],
    signatures: sample.seals.map(({ statement, sealedCapture }, index) => ({
      document: 'document-1',
      field: fields[index]!.name,
      ceremony: 'ceremony-1',
      signatory: 'signatory-1',
      role: 'customer',
      statement,
      sealedCapture,
    })),
    ceremonyRecords: { identity: [] },
    recordRecipients: [pki.escrow.certificate],
    audit: makeExcerpt(auditEntries(), 'transaction-1'),
    signer: pki.deviceSigner,
    signedAt: new Date('2026-11-23T08:20:01Z'),
  };
}

export async function packaged(
  pki: TestPki,
  sample: SealedSample,
  changes: Partial<PackageInput> = {},
): Promise<BuiltPackage> {
  return buildPackage({ ...packageInput(pki, sample), ...changes });
}
