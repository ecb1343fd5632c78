import { createHash, randomBytes, type Hash } from 'node:crypto';
import type { CaptureRecord, SignaturePicture } from '../capture/capture-record.ts';
import { canonicalBytes } from '../canonical-json.ts';
import { encryptFor, type RandomBytes } from '../cms/enveloped-data.ts';
import { sha256, type Sha256 } from '../digest.ts';
import { applyValues } from '../documents/fill.ts';
import { reasonFor, unmetSeedValue } from '../documents/seed-check.ts';
import type { PermissionLevel } from '../pdf/field-lock.ts';
import { PdfSyntaxError } from '../pdf/pdf-file.ts';
import { PdfUpdate } from '../pdf/pdf-update.ts';
import { readPdf } from '../pdf/read-pdf.ts';
import { err, ok, type Result } from '../result.ts';
import { appendSignature, type Appended } from './append-signature.ts';
import type { BindingStatement } from './binding-statement.ts';
import { commitment, encodeCaptureContent, SALT_BYTES } from './capture-content.ts';
import { certificationOf, findField, type FieldRefusal } from './field-to-seal.ts';
import { byteRangeText, CONTENTS_BYTES, CONTENTS_LENGTH, type SignatureFacts } from './signature-dictionary.ts';
import { buildSignedData } from './signed-data.ts';
import type { Signer } from './signer.ts';

export interface SealFieldInput {
  /** The newest revision, whole; not copied, not changed. */
  readonly revision: Uint8Array;
  /** The revision the signatory saw: a prefix of `revision`. */
  readonly shown: { readonly digest: Sha256; readonly length: number };
  /** Fully qualified name of an empty signature field. */
  readonly fieldName: string;
  /** Null leaves the box empty. */
  readonly picture: SignaturePicture | null;
  /** Lines below the ink: name, time, reason. Absent or empty for none. */
  readonly caption?: readonly string[];
  /** Date texts that belong to this signature; written in the same revision. */
  readonly dates: readonly { readonly fieldName: string; readonly value: string }[];
  readonly binding: Omit<BindingStatement, 'type' | 'version' | 'h2' | 'shown'>;
  /** Null on the picture-only path. */
  readonly capture: CaptureRecord | null;
  /** DER certificates of the escrow holder and the backup. */
  readonly escrow: readonly Uint8Array[];
  /** The tenant wants the sealed capture inside the PDF instead of beside it: it can then never be erased. */
  readonly embedCapture?: boolean;
  readonly signer: Signer;
  readonly signedAt: Date;
  readonly signerName: string;
  readonly reason?: string;
  /** /P of the certification the tenant wants of a document's first signature; null or absent for none. */
  readonly certify?: PermissionLevel | null;
  readonly random?: RandomBytes;
}

export interface SealedField {
  /** What is appended to `revision`. */
  readonly increment: Uint8Array;
  /** Of the whole new revision. */
  readonly digest: Sha256;
  readonly length: number;
  /** Canonical bytes of the binding statement. */
  readonly statement: Uint8Array;
  readonly bindingDigest: Sha256;
  readonly sealedCapture: Uint8Array | null;
  readonly sealedCaptureDigest: Sha256 | null;
  readonly h2: Sha256 | null;
}

export interface SealRefusal {
  readonly code: FieldRefusal | 'seed-value-unmet' | 'revision-changed' | 'revision-unreadable' | 'contents-too-small';
  /** English, without document text. */
  readonly detail: string;
}

/**
 * Seals one capture and signs one field, in one appended revision (design.md 2, step 6). What was shown is checked
 * again here: its digest is recomputed from the bytes that are signed. Nothing is written anywhere; the caller makes
 * increment, capture and audit entry durable together.
 * @throws RangeError when the input contradicts itself (a bug).
 */
export async function sealField(input: SealFieldInput): Promise<Result<SealedField, SealRefusal>> {
  assertConsistent(input);
  const { revision, shown } = input;
  const hash = createHash('sha256').update(revision.subarray(0, shown.length));
  if (shown.length > revision.length || hash.copy().digest('hex') !== shown.digest) {
    return refuse('revision-changed', 'the bytes that were shown are not those to be sealed');
  }
  hash.update(revision.subarray(shown.length));

  const { statement, h2, sealedCapture } = sealCapture(input);
  const statementBytes = canonicalBytes(statement);
  const bindingDigest = sha256(statementBytes);
  const sealedCaptureDigest = sealedCapture === null ? null : sha256(sealedCapture);
  const appended = append(input, bindingDigest, {
    bytes: sealedCapture,
    commitment: h2 === null || sealedCaptureDigest === null ? null : { h2, sealedCapture: sealedCaptureDigest },
  });
  if (!appended.ok) return appended;
  const { increment } = appended.value;
  const digest = await signIncrement(input, hash, appended.value);
  if (digest === null) return refuse('contents-too-small', 'the signature is larger than the room kept for it');
  return ok({
    increment,
    digest,
    length: revision.length + increment.length,
    statement: statementBytes,
    bindingDigest,
    sealedCapture,
    sealedCaptureDigest,
    h2,
  });
}

function refuse(code: SealRefusal['code'], detail: string): Result<never, SealRefusal> {
  return err({ code, detail });
}

function assertConsistent({ capture, binding, fieldName, escrow, shown }: SealFieldInput): void {
  if (binding.field.name !== fieldName) throw new RangeError('binding names another field');
  // No consent, no dynamics: a capture may not reach this point without a yes.
  if ((capture !== null) !== (binding.consent.answer === 'biometric')) {
    throw new RangeError('capture and consent contradict each other');
  }
  if (capture !== null && escrow.length < 2) throw new RangeError('a capture is sealed to escrow and backup');
  if (!Number.isSafeInteger(shown.length) || shown.length < 1) throw new RangeError('shown length out of range');
}

/** Finds the field and appends what is to be signed; what the file gets wrong becomes a refusal. */
function append(
  {
    revision,
    binding,
    picture,
    caption,
    dates,
    signedAt,
    signerName,
    reason: given,
    shown,
    signer,
    certify,
    embedCapture,
  }: SealFieldInput,
  statement: Sha256,
  capture: {
    readonly bytes: Uint8Array | null;
    readonly commitment: Omit<NonNullable<SignatureFacts['commitment']>, 'embedded'> | null;
  },
): Result<Appended, SealRefusal> {
  try {
    const file = readPdf(revision);
    const found = findField(
      file,
      binding.field,
      dates.map(({ fieldName }) => fieldName),
    );
    if (!found.ok) return refuse(found.error, FIELD_DETAILS[found.error]);
    const reason = given ?? null;
    const { seed, lock } = found.value;
    const unmet = seed === null ? null : unmetSeedValue({ seed, lock, reason, chain: signer.chain });
    if (unmet !== null) return refuse('seed-value-unmet', `seed value ${unmet}`);
    const certification = certificationOf(found.value, certify ?? null);
    if (!certification.ok) return refuse('seed-value-unmet', `seed value ${certification.error}`);
    const update = new PdfUpdate(file);
    const embedded = embedCapture === true ? capture.bytes : null;
    if (dates.length > 0) applyValues(update, file, dates);
    const facts = {
      statement,
      commitment: capture.commitment === null ? null : { ...capture.commitment, embedded },
      signedAt,
      signerName,
      reason: reasonFor(seed, reason),
      h1: shown.digest,
      shownLength: shown.length,
    };
    return ok(
      appendSignature(update, found.value, {
        look: { picture, caption: caption ?? [] },
        facts,
        certification: certification.value,
      }),
    );
  } catch (error) {
    if (error instanceof PdfSyntaxError) return refuse('revision-unreadable', error.message);
    throw error;
  }
}

const FIELD_DETAILS: Readonly<Record<FieldRefusal, string>> = {
  'field-missing': 'no signature field of that name, or more than one',
  'field-signed': 'the field is signed already',
  'field-elsewhere': 'the field is not where the binding statement says',
  'field-locked': 'an earlier signature locks the field or a date that goes with it',
  'document-locked': 'an earlier signature permits no further change',
  'date-field-missing': 'no text field of that name for the date',
};

interface SealedCapture {
  readonly statement: BindingStatement;
  readonly h2: Sha256 | null;
  readonly sealedCapture: Uint8Array | null;
}

function sealCapture({ binding, shown, capture, escrow, random = randomBytes }: SealFieldInput): SealedCapture {
  const statementWith = (h2: Sha256 | null): BindingStatement => ({
    ...binding,
    type: 'countersign.binding',
    version: 1,
    shown: { algorithm: 'sha-256', digest: shown.digest, length: shown.length },
    h2,
  });
  if (capture === null) return { statement: statementWith(null), h2: null, sealedCapture: null };
  const salt = random(SALT_BYTES);
  const h2 = commitment(shown.digest, salt, capture);
  const statement = statementWith(h2);
  const plain = encodeCaptureContent(statement, salt, capture);
  const sealedCapture = encryptFor(plain, escrow, random);
  plain.fill(0);
  return { statement, h2, sealedCapture };
}

/**
 * Writes range and signature into `increment` and gives the digest of the whole new revision, null when the
 * signature does not fit. `hash` has taken the whole old revision: the 50 MB are read once.
 */
async function signIncrement(
  { revision, signer }: SealFieldInput,
  hash: Hash,
  { increment, signature, signatureOffset }: Appended,
): Promise<Sha256 | null> {
  const view = Buffer.from(increment.buffer, increment.byteOffset, increment.byteLength);
  const base = revision.length;
  const before = signatureOffset + signature.contentsAt;
  const after = before + CONTENTS_LENGTH;
  const range = byteRangeText(before, after, base + increment.length - after);
  view.write(range, signatureOffset + signature.byteRangeAt - base, 'latin1');
  hash.update(increment.subarray(0, before - base));
  const whole = hash.copy();
  const digest = hash.update(increment.subarray(after - base)).digest();
  const cms = await buildSignedData({ profile: 'pades', digest, signer });
  if (cms.length > CONTENTS_BYTES) return null;
  view.write(Buffer.from(cms).toString('hex'), before + 1 - base, 'latin1');
  return whole.update(increment.subarray(before - base)).digest('hex') as Sha256;
}
