import type { Sha256 } from '../digest.ts';
import { captureParts } from '../pdf/embedded-captures.ts';
import type { FieldLock, PermissionLevel } from '../pdf/field-lock.ts';
import {
  array,
  dict,
  name,
  textString,
  type PdfDict,
  type PdfObject,
  type PdfRef,
  type PdfString,
} from '../pdf/objects.ts';
import { ByteSink, writeTo } from '../pdf/serialize.ts';

/**
 * Room for the CMS: RSA-3072 with two certificates needs about 3 KiB. The longest string that a file may have which is to
 * stay PDF/A (ISO 19005-2, 6.1.13).
 */
export const CONTENTS_BYTES = 32_767;
export const CONTENTS_LENGTH = 2 + 2 * CONTENTS_BYTES;
/** `[0 b c d]` with ten digits each. */
const BYTE_RANGE_LENGTH = 40;

export interface SignatureFacts {
  readonly signedAt: Date;
  readonly signerName: string;
  readonly reason: string | null;
  /** Signature references: certification, and the lock that the field's author asked for. */
  readonly references: readonly PdfDict[];
  /** Our own entry, prefix CSGN (design.md 5). */
  readonly statement: Sha256;
  readonly h1: Sha256;
  readonly shownLength: number;
  /** Null on the picture-only path: then these entries are absent. */
  readonly commitment: {
    readonly h2: Sha256;
    readonly sealedCapture: Sha256;
    /** The sealed capture itself; null when it travels beside the PDF. */
    readonly embedded: Uint8Array | null;
  } | null;
}

export interface SignatureBytes {
  readonly bytes: Uint8Array;
  /** Offset of `[` of /ByteRange in `bytes`. */
  readonly byteRangeAt: number;
  /** Offset of `<` of /Contents in `bytes`. */
  readonly contentsAt: number;
}

/** A signature dictionary (ISO 32000-1, 12.8.1; EN 319 142-1 for PAdES) with room for range and signature. */
export function signatureDictionary(facts: SignatureFacts): SignatureBytes {
  const sink = new ByteSink();
  sink.text('<<\n/Type /Sig\n/Filter /Adobe.PPKLite\n/SubFilter /ETSI.CAdES.detached\n/ByteRange ');
  const byteRangeAt = sink.length;
  sink.text(' '.repeat(BYTE_RANGE_LENGTH));
  sink.text('\n/Contents ');
  const contentsAt = sink.length;
  sink.text(`<${'0'.repeat(2 * CONTENTS_BYTES)}>`);
  const entries: Readonly<Record<string, PdfObject>> = {
    M: textString(pdfDate(facts.signedAt)),
    Name: textString(facts.signerName),
    ...(facts.reason === null ? {} : { Reason: textString(facts.reason) }),
    ...(facts.references.length === 0 ? {} : { Reference: array(facts.references) }),
    CSGN: ownEntry(facts),
  };
  for (const [key, value] of Object.entries(entries)) {
    sink.text(`\n/${key} `);
    writeTo(sink, value);
  }
  sink.text('\n>>');
  return { bytes: sink.bytes(), byteRangeAt, contentsAt };
}

function ownEntry({ statement, h1, shownLength, commitment }: SignatureFacts): PdfDict {
  return dict({
    V: 1,
    Binding: digestString(statement),
    H1: digestString(h1),
    ShownLength: shownLength,
    ...(commitment === null
      ? {}
      : {
          H2: digestString(commitment.h2),
          SealedCapture: digestString(commitment.sealedCapture),
          ...(commitment.embedded === null ? {} : { Capture: captureParts(commitment.embedded) }),
        }),
  });
}

function digestString(digest: Sha256): PdfString {
  return { kind: 'string', bytes: Buffer.from(digest, 'hex'), hex: true };
}

/** 7.9.4, in UTC. */
export function pdfDate(date: Date): string {
  return `D:${date.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`;
}

/**
 * Signature reference for a field's /Lock (12.7.4.5 to 12.8.2.4). Its /P goes along: readers that know it there
 * need not look for the field.
 * @param catalog where the analysis of changes starts.
 */
export function lockReference({ action, fields, permission }: FieldLock, catalog: PdfRef): PdfDict {
  return dict({
    Type: name('SigRef'),
    TransformMethod: name('FieldMDP'),
    TransformParams: dict({
      Type: name('TransformParams'),
      V: name('1.2'),
      Action: name(action),
      ...(action === 'All' ? {} : { Fields: array(fields.map(textString)) }),
      ...(permission === null ? {} : { P: permission }),
    }),
    Data: catalog,
  });
}

/** Signature reference of a certification (12.8.2.2). */
export function certificationReference(permission: PermissionLevel): PdfDict {
  return dict({
    Type: name('SigRef'),
    TransformMethod: name('DocMDP'),
    TransformParams: dict({ Type: name('TransformParams'), V: name('1.2'), P: permission }),
  });
}

/** `[0 b c d]`, padded with blanks to the room reserved. */
export function byteRangeText(b: number, c: number, d: number): string {
  return `[0 ${b} ${c} ${d}]`.padEnd(BYTE_RANGE_LENGTH);
}
