import { z } from 'zod';
import { sha256Schema } from '../audit/parse-entry.ts';
import { toHex } from '../bytes.ts';
import { parseSha256, sha256, type Sha256 } from '../digest.ts';
import { joinCapture } from '../pdf/embedded-captures.ts';
import { isDict, isString, type PdfDict, type PdfObject } from '../pdf/objects.ts';
import type { PdfFile } from '../pdf/pdf-file.ts';
import { readFields } from '../pdf/form.ts';
import { parseCanonical } from './canonical-form.ts';
import { absent, Fault, passed } from './checks.ts';
import { endsRevision, type Revision } from './revisions.ts';
import type { RevisionStep } from './later-changes.ts';
import type { Check } from './verification-report.ts';

/** `/CSGN` of our signature dictionaries: what joins the signature to the revision that was shown. */
export interface BindingEntry {
  /** Digest of the canonical binding statement. */
  readonly binding: Sha256;
  readonly h1: Sha256;
  readonly shownLength: number;
  /** Both null on the picture-only path. */
  readonly h2: Sha256 | null;
  readonly sealedCapture: Sha256 | null;
  /** The sealed capture itself, where the tenant has it inside the PDF; not held against its digest yet. */
  readonly embedded: Uint8Array | null;
}

/** Null when the signature is of another product. @throws Fault, PdfSyntaxError */
export function readBindingEntry(file: PdfFile, signature: PdfDict): BindingEntry | null {
  const value = file.resolve(signature.entries.get('CSGN'));
  if (value === null) return null;
  if (!isDict(value) || value.entries.get('V') !== 1) throw malformed();
  const unknown = [...value.entries.keys()].some((key) => !KEYS.has(key));
  const length = value.entries.get('ShownLength');
  const [h2, sealedCapture] = ['H2', 'SealedCapture'].map((key) => optionalDigest(value.entries.get(key)));
  if (unknown || typeof length !== 'number' || !Number.isSafeInteger(length)) throw malformed();
  if (h2 === undefined || sealedCapture === undefined || (h2 === null) !== (sealedCapture === null)) throw malformed();
  const [binding, h1] = ['Binding', 'H1'].map((key) => optionalDigest(value.entries.get(key)));
  if (binding === undefined || binding === null || h1 === undefined || h1 === null) throw malformed();
  return { binding, h1, shownLength: length, h2, sealedCapture, embedded: embeddedCapture(value, sealedCapture) };
}

function embeddedCapture(entry: PdfDict, digest: Sha256 | null): Uint8Array | null {
  const value = entry.entries.get('Capture');
  if (value === undefined) return null;
  const sealed = joinCapture(value);
  if (digest === null || sealed === null) throw malformed();
  return sealed;
}

const KEYS: ReadonlySet<string> = new Set(['V', 'Binding', 'H1', 'ShownLength', 'H2', 'SealedCapture', 'Capture']);

function optionalDigest(value: PdfObject | undefined): Sha256 | null {
  if (value === undefined || value === null) return null;
  if (!isString(value) || value.bytes.length !== 32) throw malformed();
  return parseSha256(toHex(value.bytes));
}

function malformed(): Fault {
  return new Fault('binding-malformed', 'The binding in the signature is malformed.');
}

export interface BindingContext {
  readonly bytes: Uint8Array;
  readonly fieldName: string;
  readonly revisions: readonly Revision[];
  /** The revision that holds the signature. */
  readonly own: Revision;
  readonly steps: readonly RevisionStep[];
  readonly statements: ReadonlyMap<Sha256, Uint8Array> | undefined;
}

/**
 * The revision that was shown is a prefix that ends where a revision ended before the signature, its digest is
 * the one that was sealed, and what lies between is harmless. @throws Fault, PdfSyntaxError
 */
export function checkBinding(entry: BindingEntry | null, context: BindingContext): Check {
  if (entry === null) return absent('no-binding', 'The signature carries no binding; it is of another product.');
  const shown = context.revisions.find(
    (revision) => revision.number < context.own.number && endsRevision(revision, entry.shownLength),
  );
  if (shown === undefined) {
    throw new Fault('shown-length', 'The length said to have been shown is not where an earlier revision ends.');
  }
  if (sha256(context.bytes.subarray(0, entry.shownLength)) !== entry.h1) {
    throw new Fault('shown-digest', 'The revision that was shown is not the beginning of this file.');
  }
  const between = context.steps.slice(shown.number - 1, context.own.number - 1);
  if (between.some(({ level }) => level === 'other')) {
    throw new Fault('shown-then-changed', 'The document was changed between being shown and being signed.');
  }
  if (context.statements === undefined) {
    return passed('The revision that was shown is the beginning of this file; the statement about it is not here.');
  }
  const statement = context.statements.get(entry.binding);
  if (statement === undefined || sha256(statement) !== entry.binding) {
    throw new Fault('binding-statement-missing', 'The binding statement that the signature names is not there.');
  }
  checkStatement(parseStatement(statement), entry, context, shown.file);
  return passed('The revision that was shown is the beginning of this file, as the binding statement says.');
}

const number = z.number();
const statementSchema = z.looseObject({
  type: z.literal('countersign.binding'),
  version: z.literal(1),
  field: z.looseObject({
    name: z.string(),
    page: z.int().min(0),
    box: z.strictObject({ x: number, y: number, width: number, height: number }),
  }),
  shown: z.strictObject({ algorithm: z.literal('sha-256'), digest: sha256Schema, length: z.int() }),
  consent: z.looseObject({ answer: z.enum(['biometric', 'picture-only']) }),
  document: z.string(),
  ceremony: z.string(),
  signatory: z.string(),
  role: z.string(),
  transaction: z.string(),
  tenant: z.string(),
  kiosk: z.string(),
  h2: sha256Schema.nullable(),
  auditHead: sha256Schema,
});
export type Statement = z.infer<typeof statementSchema>;

/** The members a verdict rests on; others may be there. @throws Fault unless it is a canonical statement. */
export function parseStatement(bytes: Uint8Array): Statement {
  const parsed = statementSchema.safeParse(parseCanonical(bytes));
  if (!parsed.success) {
    throw new Fault('binding-statement', 'The binding statement is not in its one canonical form.');
  }
  return parsed.data;
}

/** Rounding of rectangles between placing and preparing, units of the page. */
const BOX_TOLERANCE = 1;

function checkStatement(statement: Statement, entry: BindingEntry, context: BindingContext, shown: PdfFile): void {
  const fits =
    statement.shown.digest === entry.h1 &&
    statement.shown.length === entry.shownLength &&
    statement.h2 === entry.h2 &&
    statement.field.name === context.fieldName &&
    (statement.consent.answer === 'biometric') === (entry.h2 !== null);
  if (!fits) throw new Fault('binding-statement', 'The binding statement says other things than the signature.');
  const field = readFields(shown).find(({ name }) => name === context.fieldName);
  const widget = field?.widgets[0];
  if (widget === undefined || widget.rect === null) return;
  const { x, y, width, height } = statement.field.box;
  const box = [x, y, x + width, y + height];
  const close = widget.rect.every((edge, i) => Math.abs(edge - (box[i] ?? Infinity)) <= BOX_TOLERANCE);
  if (widget.page !== statement.field.page || !close) {
    throw new Fault('binding-statement', 'The binding statement names another place than the one that was signed.');
  }
}
