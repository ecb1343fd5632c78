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

export interface SealStore {
  /**
   * A second seal of the same placement is refused (VaultError 'constraint').
   * @throws VaultError 'capture-not-sealed' when the capture is anything but CMS AuthEnvelopedData.
   */
  insert(seal: Omit<SealRecord, 'bindingDigest' | 'captureDigest'>): SealRecord;
  get(document: string, placement: string): SealRecord | null;
  ofTransaction(transaction: string): readonly SealRecord[];
  ofCeremony(ceremony: string): readonly SealRecord[];
}

interface Row extends Omit<SealRecord, 'completeness'> {
  readonly completeness: string | null;
}
const SELECT = `SELECT seals.document_id AS document, seals.placement_id AS placement, ceremony_id AS ceremony,
  revision, binding_digest AS bindingDigest, capture_digest AS captureDigest, completeness,
  seals.sealed_at AS sealedAt, binding, sealed_capture AS sealedCapture FROM seals`;

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
  const get = database.query<{ document: string; placement: string }, Row>(
    `${SELECT} WHERE document_id = @document AND placement_id = @placement`,
  );
  const ofTransaction = database.query<{ transaction: string }, Row>(
    `${SELECT} JOIN documents ON documents.id = seals.document_id WHERE transaction_id = @transaction
     ORDER BY documents.position, revision`,
  );
  const ofCeremony = database.query<{ ceremony: string }, Row>(
    `${SELECT} WHERE ceremony_id = @ceremony ORDER BY seals.sealed_at, seals.rowid`,
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
    get(document, placement) {
      const row = get.get({ document, placement });
      return row === undefined ? null : sealOf(row);
    },
    ofTransaction: (transaction) => ofTransaction.all({ transaction }).map(sealOf),
    ofCeremony: (ceremony) => ofCeremony.all({ ceremony }).map(sealOf),
  };
}

function sealOf(row: Row): SealRecord {
  const completeness = row.completeness === null ? null : (JSON.parse(row.completeness) as CaptureCompleteness);
  return {
    ...row,
    binding: Uint8Array.from(row.binding),
    sealedCapture: row.sealedCapture === null ? null : Uint8Array.from(row.sealedCapture),
    completeness,
  };
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
