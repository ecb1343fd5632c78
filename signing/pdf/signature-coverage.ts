/**
 * Which bytes a signature covers (ISO 32000-1, 12.8.1; ETSI EN 319 142-1, 5.3), judged by structure
 * alone: the digest and the CMS are for the verifier.
 */
import type { FormField } from './form.ts';
import { isArray, isDict, isRef, isString, type PdfDict, type PdfObject, type PdfRef } from './objects.ts';
import { dictSpans, parseIndirect } from './parse-object.ts';
import { PdfSyntaxError, type PdfFile } from './pdf-file.ts';
import { readStartxref } from './file-end.ts';
import { err, ok, type Result } from '../result.ts';

export interface SignatureCoverage {
  readonly field: FormField;
  /** The signature dictionary. */
  readonly ref: PdfRef;
  readonly dict: PdfDict;
  /** Of the /Contents string with its brackets: the bytes that are not covered. */
  readonly gap: { readonly start: number; readonly end: number };
  /** Where coverage ends: the length of the revision that was signed. */
  readonly end: number;
}

/**
 * The coverage of a signed field, or in words why it is not as it must be.
 * @throws PdfSyntaxError
 */
export function readCoverage(file: PdfFile, field: FormField): Result<SignatureCoverage, string> {
  const ref = field.dict.entries.get('V');
  const dict = field.value;
  const entry = isRef(ref) ? file.locate(ref.number) : undefined;
  if (!isRef(ref) || !isDict(dict) || entry?.type !== 'offset') {
    return err('its signature dictionary is not an object of its own');
  }
  const range = toRange(file, dict);
  if (range === null) return err('its /ByteRange is not four numbers that fit the file');
  const [first, before, after, rest] = range;
  if (first !== 0) return err('its /ByteRange does not begin at the first byte');
  const gap = { start: before, end: after };
  const end = after + rest;
  if (entry.offset >= end) return err('its signature dictionary was replaced after it was made');
  if (!isContentsString(file, dict, entry.offset, gap)) {
    return err('its /ByteRange does not leave out exactly its /Contents');
  }
  if (!isRevisionEnd(file, end)) return err('its /ByteRange does not end where a revision ends');
  return ok({ field, ref, dict, gap, end });
}

function toRange(file: PdfFile, dict: PdfDict): readonly [number, number, number, number] | null {
  const value = file.resolve(dict.entries.get('ByteRange'));
  if (!isArray(value) || value.items.length !== 4) return null;
  const [first, before, after, rest] = value.items.map((item) => toOffset(file.resolve(item)));
  if (typeof first !== 'number' || typeof before !== 'number') return null;
  if (typeof after !== 'number' || typeof rest !== 'number') return null;
  const fits = first + before < after && after + rest <= file.bytes.length;
  return fits ? [first, before, after, rest] : null;
}

function toOffset(object: PdfObject): number | null {
  return typeof object === 'number' && Number.isInteger(object) && object >= 0 ? object : null;
}

/** Read again where it stands: a string of the same value elsewhere will not do. */
function isContentsString(
  file: PdfFile,
  dict: PdfDict,
  offset: number,
  gap: { readonly start: number; readonly end: number },
): boolean {
  const contents = dict.entries.get('Contents');
  if (!isString(contents) || !contents.hex) return false;
  const { valueStart } = parseIndirect(file.bytes, offset, (length) => file.resolve(length));
  const span = dictSpans(file.bytes, valueStart)?.get('Contents');
  return span !== undefined && span.start === gap.start && span.end === gap.end;
}

/** A revision ends with the startxref of one of the file's own sections; only white space may follow uncovered. */
function isRevisionEnd(file: PdfFile, end: number): boolean {
  try {
    const startxref = readStartxref(file.bytes.subarray(0, end));
    return file.sections.some(({ offset }) => offset === startxref);
  } catch (cause) {
    if (cause instanceof PdfSyntaxError) return false;
    throw cause;
  }
}
