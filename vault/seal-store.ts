import { canonicalText } from '../signing/canonical-json.ts';
import type { CaptureCompleteness } from '../signing/capture/capture-record.ts';
import { sha256, type Sha256 } from '../signing/digest.ts';
import type { CeremonyId, DocumentId, PlacementId } from '../signing/ids.ts';
import type { DatabaseHandle } from './database.ts';
import { VaultError } from './errors.ts';

/** What joined one signature to its document, as it will travel in the package. */
export interface SealRecord {
  readonly document: DocumentId;
  readonly placement: PlacementId;
  readonly ceremony: CeremonyId;
  /** Number of the revision the seal appended. */
  readonly revision: number;
  /** Canonical bytes of the binding statement. */
  readonly binding: Uint8Array;
  readonly bindingDigest: Sha256;
  /** CMS AuthEnvelopedData for the escrow holder; null on the picture-only path. */
  readonly sealedCapture: Uint8Array | null;
  readonly captureDigest: Sha256 | null;
  readonly completeness: CaptureCompleteness | null;
  readonly sealedAt: number;
}

/** That a field is signed, without what was sealed: of a thousand signatures that is megabytes, and screens show none of it. */
export type SealMark = Pick<SealRecord, 'document' | 'placement' | 'completeness' | 'sealedAt'>;

export interface SealStore {
  /**
   * A second seal of the same placement is refused (VaultError 'constraint').
   * @throws VaultError 'capture-not-sealed' when the capture is anything but CMS AuthEnvelopedData.
   */
  insert(seal: Omit<SealRecord, 'bindingDigest' | 'captureDigest'>): SealRecord;
  ofTransaction(transaction: string): readonly SealRecord[];
  marksOfTransaction(transaction: string): readonly SealMark[];
  /** In the order of sealing. */
  marksOfCeremony(ceremony: string): readonly SealMark[];
}

type Stored<Record extends SealMark> = Omit<Record, 'completeness'> & { readonly completeness: string | null };
const MARK = `seals.document_id AS document, seals.placement_id AS placement, completeness, seals.sealed_at AS sealedAt`;
const WHOLE = `${MARK}, ceremony_id AS ceremony, revision, binding_digest AS bindingDigest,
  capture_digest AS captureDigest, binding, sealed_capture AS sealedCapture`;
const OF_TRANSACTION = `FROM seals JOIN documents ON documents.id = seals.document_id
  WHERE transaction_id = @transaction ORDER BY documents.position, revision`;

export function createSealStore(database: DatabaseHandle): SealStore {
  const insert = database.change<{
    document: string;
    placement: string;
    ceremony: string;
    revision: number;
    bindingDigest: string;
    captureDigest: string | null;
    completeness: string | null;
    sealedAt: number;
    binding: Uint8Array;
    sealedCapture: Uint8Array | null;
  }>(`INSERT INTO seals (document_id, placement_id, ceremony_id, revision, binding_digest, capture_digest,
        completeness, sealed_at, binding, sealed_capture)
      VALUES (@document, @placement, @ceremony, @revision, @bindingDigest, @captureDigest,
        @completeness, @sealedAt, @binding, @sealedCapture)`);
  const ofTransaction = database.query<{ transaction: string }, Stored<SealRecord>>(
    `SELECT ${WHOLE} ${OF_TRANSACTION}`,
  );
  const marksOfTransaction = database.query<{ transaction: string }, Stored<SealMark>>(
    `SELECT ${MARK} ${OF_TRANSACTION}`,
  );
  const marksOfCeremony = database.query<{ ceremony: string }, Stored<SealMark>>(
    `SELECT ${MARK} FROM seals WHERE ceremony_id = @ceremony ORDER BY seals.sealed_at, seals.rowid`,
  );
  return {
    insert(seal) {
      const { sealedCapture, completeness, binding } = seal;
      if (sealedCapture !== null && !isAuthEnveloped(sealedCapture)) {
        throw new VaultError('capture-not-sealed', 'only an encrypted capture is ever stored');
      }
      const bindingDigest = sha256(binding);
      const captureDigest = sealedCapture === null ? null : sha256(sealedCapture);
      insert.run({
        ...seal,
        bindingDigest,
        captureDigest,
        completeness: completeness === null ? null : canonicalText(completeness),
      });
      return { ...seal, bindingDigest, captureDigest };
    },
    ofTransaction: (transaction) => ofTransaction.all({ transaction }).map(sealOf),
    marksOfTransaction: (transaction) => marksOfTransaction.all({ transaction }).map(withCompleteness),
    marksOfCeremony: (ceremony) => marksOfCeremony.all({ ceremony }).map(withCompleteness),
  };
}

function sealOf(row: Stored<SealRecord>): SealRecord {
  return {
    ...withCompleteness(row),
    binding: Uint8Array.from(row.binding),
    sealedCapture: row.sealedCapture === null ? null : Uint8Array.from(row.sealedCapture),
  };
}

function withCompleteness<Row extends { readonly completeness: string | null }>(
  row: Row,
): Omit<Row, 'completeness'> & Pick<SealMark, 'completeness'> {
  const completeness = row.completeness === null ? null : (JSON.parse(row.completeness) as CaptureCompleteness);
  return { ...row, completeness };
}

/** OBJECT IDENTIFIER 1.2.840.113549.1.9.16.1.23, id-ct-authEnvelopedData (RFC 5083). */
const AUTH_ENVELOPED = Buffer.from('060b2a864886f70d0109100117', 'hex');

/** ContentInfo ::= SEQUENCE { contentType id-ct-authEnvelopedData, ... }: enough to tell it from an open capture. */
function isAuthEnveloped(bytes: Uint8Array): boolean {
  const lengthByte = bytes[1];
  if (bytes[0] !== 0x30 || lengthByte === undefined) return false;
  const header = lengthByte < 0x80 || lengthByte === 0x80 ? 2 : 2 + (lengthByte & 0x7f);
  return AUTH_ENVELOPED.equals(bytes.subarray(header, header + AUTH_ENVELOPED.length));
}
