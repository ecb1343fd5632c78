/**
 * Looks for changes behind a signed revision that no honest product makes: pages added or swapped,
 * page content or an existing appearance overwritten, a signature replaced ("incremental saving",
 * "shadow" attacks). Cheap by design: only objects that a later revision defines again are compared.
 * Left out: judging form filling and annotations against permissions, which is the verifier's.
 */
import { equalBytes } from '../bytes.ts';
import { readFields } from './form.ts';
import {
  isArray,
  isDict,
  isRef,
  isStream,
  ref as toRef,
  type PdfDict,
  type PdfObject,
  type PdfRef,
} from './objects.ts';
import { PdfSyntaxError, type PdfFile, type PdfPage } from './pdf-file.ts';
import { readPdf } from './read-pdf.ts';

/** Objects looked at for one comparison. */
const MAX_OBJECTS = 200_000;
/** Stream data compared; streams can be written so that each contains all that follow it. */
const MAX_COMPARED_BYTES = 256 * 1024 * 1024;
/** Entries that lead out of what a page draws. */
const NOT_DRAWN = new Set(['Parent', 'P', 'Popup', 'Dest', 'A', 'AA', 'Metadata', 'PieceInfo', 'IRT']);

/**
 * In words, what was changed behind the first `end` bytes that must not have been; null when nothing was.
 * @throws PdfSyntaxError when the revision that ends there is not a file by itself
 */
export function findForbiddenChange(file: PdfFile, end: number): string | null {
  const signed = readPdf(file.bytes.subarray(0, end));
  const redefined = redefinedSince(file, signed);
  if (redefined.size === 0) return null;
  if (file.catalogRef.number !== signed.catalogRef.number) return 'another catalog took its place';
  if (isContainerChanged(file, signed, redefined)) return 'an object stream was overwritten';
  return changedPages(file, signed) ?? changedSignature(file, signed) ?? changedDrawing(file, signed, redefined);
}

/** Objects of the signed revision that a later section lists again. */
function redefinedSince(file: PdfFile, signed: PdfFile): ReadonlySet<number> {
  const old = new Set(signed.sections.map(({ offset }) => offset));
  const redefined = new Set<number>();
  for (const section of file.sections) {
    if (old.has(section.offset)) continue;
    for (const number of section.numbers()) {
      const entry = signed.locate(number);
      if (entry !== undefined && entry.type !== 'free') redefined.add(number);
      if (redefined.size > MAX_OBJECTS) throw new PdfSyntaxError('expands-too-far', 'too many changed objects');
    }
  }
  return redefined;
}

/** Whoever changes an object stream, or what says how it is read, changes the objects in it unlisted. */
function isContainerChanged(file: PdfFile, signed: PdfFile, redefined: ReadonlySet<number>): boolean {
  const containers = new Set<number>();
  for (const section of signed.sections) {
    for (const number of section.numbers()) {
      const entry = section.find(number);
      if (entry?.type === 'compressed') containers.add(entry.stream);
    }
  }
  const seen = new Set<number>();
  const queue: PdfObject[] = [...containers].map((number) => toRef(number));
  for (let item = queue.pop(); item !== undefined; item = queue.pop()) {
    if (isRef(item)) {
      if (seen.has(item.number)) continue;
      seen.add(item.number);
      const before = signed.get(item);
      if (redefined.has(item.number) && !isSame(before, read(file, item))) return true;
      item = before;
    }
    if (isArray(item)) for (const part of item.items) queue.push(part);
    else if (isDict(item)) for (const part of item.entries.values()) queue.push(part);
    else if (isStream(item)) queue.push(item.dict);
  }
  return false;
}

function changedPages(file: PdfFile, signed: PdfFile): string | null {
  const before = signed.pages();
  const now = file.pages();
  if (before.length !== now.length) return `the number of pages changed from ${before.length} to ${now.length}`;
  const changed = before.findIndex((page, index) => !isSamePage(page, now[index]));
  return changed < 0 ? null : `page ${changed + 1} was changed`;
}

function isSamePage(before: PdfPage, now: PdfPage | undefined): boolean {
  return (
    now !== undefined &&
    before.ref.number === now.ref.number &&
    before.rotate === now.rotate &&
    before.userUnit === now.userUnit &&
    before.mediaBox.every((edge, i) => edge === now.mediaBox[i]) &&
    before.cropBox.every((edge, i) => edge === now.cropBox[i]) &&
    isSame(before.resources, now.resources) &&
    isSame(before.dict.entries.get('Contents') ?? null, now.dict.entries.get('Contents') ?? null)
  );
}

function changedSignature(file: PdfFile, signed: PdfFile): string | null {
  const now = new Map(readFields(file).map((field) => [field.name, field]));
  for (const before of readFields(signed)) {
    if (!before.signed) continue;
    const ref = before.dict.entries.get('V');
    const later = now.get(before.name)?.dict.entries.get('V');
    const same = isRef(ref) && isRef(later) && ref.number === later.number;
    if (!same || !isSame(before.value, read(file, later))) return 'an earlier signature was replaced';
  }
  return null;
}

function changedDrawing(file: PdfFile, signed: PdfFile, redefined: ReadonlySet<number>): string | null {
  const seen = new Set<number>();
  let compared = 0;
  const queue: PdfObject[] = drawnBy(signed);
  for (let item = queue.pop(); item !== undefined; item = queue.pop()) {
    if (isRef(item)) {
      if (seen.has(item.number)) continue;
      seen.add(item.number);
      if (seen.size > MAX_OBJECTS) throw new PdfSyntaxError('expands-too-far', 'too many objects to compare');
      const before = signed.get(item);
      if (redefined.has(item.number) && isStream(before)) compared += before.raw.length;
      if (compared > MAX_COMPARED_BYTES) throw new PdfSyntaxError('expands-too-far', 'too much data to compare');
      if (redefined.has(item.number) && !isSame(before, read(file, item))) {
        return `object ${item.number}, which pages draw, was overwritten`;
      }
      item = before;
    }
    if (isArray(item)) for (const part of item.items) queue.push(part);
    else if (isDict(item)) pushDrawn(queue, item);
    else if (isStream(item)) pushDrawn(queue, item.dict);
  }
  return null;
}

function pushDrawn(queue: PdfObject[], dict: PdfDict): void {
  for (const [key, value] of dict.entries) {
    if (!NOT_DRAWN.has(key) && typeof value === 'object' && value !== null) queue.push(value);
  }
}

/** What the pages of a revision are drawn from: content, resources, appearances, layers. */
function drawnBy(signed: PdfFile): PdfObject[] {
  const roots: PdfObject[] = [signed.catalog.entries.get('OCProperties') ?? null];
  for (const page of signed.pages()) {
    roots.push(page.resources, page.dict.entries.get('Contents') ?? null);
    const annotations = signed.resolve(page.dict.entries.get('Annots'));
    if (!isArray(annotations)) continue;
    for (const item of annotations.items) {
      const annotation = signed.resolve(item);
      if (isDict(annotation)) roots.push(annotation.entries.get('AP') ?? null);
    }
  }
  return roots;
}

/** An object that can no longer be read is a changed one. */
function read(file: PdfFile, ref: PdfRef | PdfObject | undefined): PdfObject | undefined {
  try {
    return file.resolve(ref);
  } catch (cause) {
    if (cause instanceof PdfSyntaxError) return undefined;
    throw cause;
  }
}

/** Equal as written; references by number. Depth is bounded by the parser. */
function isSame(a: PdfObject, b: PdfObject | undefined): boolean {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
  switch (a.kind) {
    case 'name':
      return b.kind === 'name' && a.name === b.name;
    case 'string':
      return b.kind === 'string' && equalBytes(a.bytes, b.bytes);
    case 'ref':
      return b.kind === 'ref' && a.number === b.number && a.generation === b.generation;
    case 'array':
      return (
        b.kind === 'array' && a.items.length === b.items.length && a.items.every((item, i) => isSame(item, b.items[i]))
      );
    case 'dict':
      return (
        b.kind === 'dict' &&
        a.entries.size === b.entries.size &&
        [...a.entries].every(([key, value]) => isSame(value, b.entries.get(key)))
      );
    case 'stream':
      return b.kind === 'stream' && isSame(a.dict, b.dict) && equalBytes(a.raw, b.raw);
  }
}
