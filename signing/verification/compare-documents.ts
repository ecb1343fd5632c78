import { dict, isArray, isDict, isName, isRef, type PdfDict, type PdfObject } from '../pdf/objects.ts';
import type { PdfFile } from '../pdf/pdf-file.ts';
import { changedKeys, equalObjects } from './compare-objects.ts';
import { compareForms } from './compare-forms.ts';
import { Comparison } from './comparison.ts';
import { coverings, type Covering } from './covering.ts';
import type { ReferenceGraph } from './references.ts';

export interface DocumentChanges {
  readonly reasons: readonly string[];
  readonly filled: readonly string[];
  readonly signed: readonly string[];
  readonly timestamped: readonly string[];
  readonly placed: readonly string[];
  readonly sealed: readonly string[];
  /** Given a document time-stamp, which anybody can obtain, with something to see on the page. */
  readonly pictured: readonly string[];
  readonly annotated: readonly string[];
  readonly longTermData: boolean;
  readonly covers: readonly Covering[];
}

/** What changed in meaning between two revisions, given the numbers of objects that read differently. */
export function compareDocuments(
  older: PdfFile,
  newer: PdfFile,
  graph: ReferenceGraph,
  changed: ReadonlySet<number>,
): DocumentChanges {
  const comparison = new Comparison(older, newer, graph, changed);
  compareTrailers(comparison);
  if (comparison.reasons.length === 0) {
    compareCatalogs(comparison);
    compareForms(comparison);
    comparePages(comparison);
  }
  const left = comparison.unexplained();
  if (left.length > 0)
    comparison.refuse(`Objects that were part of the document changed: ${left.slice(0, 10).join(', ')}.`);
  return { ...changesOf(comparison), covers: comparison.reasons.length > 0 ? [] : coverings(comparison) };
}

function changesOf(comparison: Comparison): Omit<DocumentChanges, 'covers'> {
  const { reasons, filled, signed, timestamped, placed, sealed, pictured, annotated, longTermData } = comparison;
  return { reasons, filled, signed, timestamped, placed, sealed, pictured, annotated, longTermData };
}

function compareTrailers(comparison: Comparison): void {
  const [before, after] = [comparison.older.trailer, comparison.newer.trailer];
  for (const key of ['Root', 'Encrypt']) {
    if (!equalObjects(before.entries.get(key), after.entries.get(key)))
      comparison.refuse(`The trailer has another ${key}.`);
  }
  const [first, second] = [idOf(comparison.older, before), idOf(comparison.newer, after)];
  if (first !== null && !equalObjects(first, second ?? undefined)) comparison.refuse('The file has another identity.');
  if (visibleBySize(before, comparison.older.size) !== visibleBySize(after, comparison.older.size)) {
    comparison.refuse('The /Size of the trailer hides objects, or shows ones that it hid.');
  }
  const info = before.entries.get('Info');
  if (isRef(info)) comparison.explainOwned(info.number, (from, path) => from === 0 && path === 'Info');
}

/** How many of the older object numbers there are for a reader that takes /Size at its word (7.5.5). */
function visibleBySize(trailer: PdfDict, known: number): number {
  const size = trailer.entries.get('Size');
  return typeof size === 'number' ? Math.min(size, known) : known;
}

function idOf(file: PdfFile, trailer: PdfDict): PdfObject {
  const id = file.resolve(trailer.entries.get('ID'));
  return isArray(id) ? file.resolve(id.items[0]) : null;
}

/** The catalog may gain a form, long-term data, extension levels and metadata; nothing else. */
function compareCatalogs(comparison: Comparison): void {
  const { older, newer } = comparison;
  const root = older.catalogRef.number;
  const allowed = new Set(['AcroForm', 'DSS', 'Extensions', 'Metadata']);
  if (certifiesOnly(older, newer)) allowed.add('Perms');
  for (const key of changedKeys(older.catalog, newer.catalog)) {
    if (!allowed.has(key)) comparison.refuse(`The entry ${key} of the catalog changed.`);
  }
  comparison.explain(root);
  for (const key of ['Metadata', 'Extensions']) {
    const value = older.catalog.entries.get(key);
    if (isRef(value)) comparison.explainOwned(value.number, (from, path) => from === root && path === key);
  }
  explainLongTermData(comparison, root);
}

/** Whether /Perms only gained the certification (12.8.4): its own signature then says what it permits. */
function certifiesOnly(older: PdfFile, newer: PdfFile): boolean {
  const [before, after] = [older, newer].map((file) => file.resolve(file.catalog.entries.get('Perms')));
  if (!isDict(after) || (older.catalog.entries.get('Perms') !== undefined && !isDict(before))) return false;
  const known = isDict(before) ? before : dict({});
  return !known.entries.has('DocMDP') && [...changedKeys(known, after)].every((key) => key === 'DocMDP');
}

/** DSS and all below it (ISO 32000-2 12.8.4.3): certificates and revocation data, never drawn. */
function explainLongTermData(comparison: Comparison, root: number): void {
  const { older, newer } = comparison;
  const dss = newer.resolve(newer.catalog.entries.get('DSS'));
  const before = older.catalog.entries.get('DSS');
  if (before !== undefined && !isDict(dss)) comparison.refuse('The long-term validation data was taken away.');
  const below = new Set<number>();
  const visit = (value: PdfObject | undefined, depth: number): void => {
    if (isRef(value)) {
      if (below.has(value.number)) return;
      below.add(value.number);
    }
    const target = older.resolve(value);
    if (depth > 6) return;
    if (isArray(target)) for (const item of target.items) visit(item, depth + 1);
    if (isDict(target)) for (const item of target.entries.values()) visit(item, depth + 1);
  };
  visit(before, 0);
  const replaced = !equalObjects(before, newer.catalog.entries.get('DSS'));
  comparison.longTermData = isDict(dss) && (replaced || [...below].some((number) => comparison.changed.has(number)));
  comparison.explainGroup(below, (from, path) => from === root && path.split('/')[0] === 'DSS');
}

/** Remarks: what readers draw for them says where they are, and a reader of their own shows what they say. */
const REMARKS: ReadonlySet<string> = new Set([
  ...['Text', 'Popup', 'Link', 'Highlight', 'Underline', 'StrikeOut', 'Squiggly'],
]);

/** A page may gain widgets of new signature fields and remarks at the end of its /Annots, nothing else. */
function comparePages(comparison: Comparison): void {
  const { older, newer } = comparison;
  if (comparison.unexplained().length === 0) return;
  for (const page of older.pages()) {
    const list = page.dict.entries.get('Annots');
    const touched = comparison.changed.has(page.ref.number);
    if (!touched && !(isRef(list) && comparison.changed.has(list.number))) continue;
    const now = newer.resolve(page.ref);
    if (!isDict(now) || changedKeys(page.dict, now).some((key) => key !== 'Annots')) continue;
    const before = itemsOf(older, list);
    const after = itemsOf(newer, now.entries.get('Annots'));
    const kept = before.every((item, index) => equalObjects(item, after[index]));
    const added = after.slice(before.length);
    const remarks = added.map((item) => remarkOf(comparison, item));
    const gained = added.every(
      (item, i) => isRef(item) && (comparison.newWidgets.has(item.number) || remarks[i] !== null),
    );
    if (!kept || !gained) continue;
    comparison.annotated.push(...remarks.filter((kind) => kind !== null));
    comparison.explain(page.ref.number);
    if (isRef(list)) {
      comparison.explainOwned(list.number, (from, path) => from === page.ref.number && path === 'Annots');
    }
  }
}

/** Its kind, for a new object that is a remark without an appearance of its own; else null. */
function remarkOf(comparison: Comparison, item: PdfObject): string | null {
  const value = comparison.newer.resolve(item);
  const kind = isDict(value) ? comparison.newer.resolve(value.entries.get('Subtype')) : null;
  if (!isRef(item) || comparison.isOld(item.number) || !isDict(value) || !isName(kind)) return null;
  const plain = REMARKS.has(kind.name) && ['AP', 'A', 'AA'].every((key) => !value.entries.has(key));
  return plain ? kind.name : null;
}

function itemsOf(file: PdfFile, value: PdfObject | undefined): readonly PdfObject[] {
  const list = file.resolve(value);
  return isArray(list) ? list.items : [];
}
