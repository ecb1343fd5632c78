import fc from 'fast-check';
import { concat, utf8 } from '../../../signing/bytes.ts';
import { readDer, type DerValue } from '../../../signing/cms/der-reader.ts';
import {
  array,
  dict,
  isArray,
  isDict,
  isRef,
  isStream,
  name,
  ref,
  textString,
  withEntries,
  type PdfDict,
  type PdfObject,
} from '../../../signing/pdf/objects.ts';
import type { PdfFile } from '../../../signing/pdf/pdf-file.ts';
import { flateStream, PdfUpdate } from '../../../signing/pdf/pdf-update.ts';
import { readPdf } from '../../../signing/pdf/read-pdf.ts';

/**
 * One change of a signed document that keeps its structure: a digit or a letter of an object, an entry of a cross-reference,
 * a node of a CMS, or a revision appended with objects that are nearly the old ones. Which one is told by numbers, so that
 * a seed gives the same change again and a failing one can be made smaller.
 */
export interface Mutation {
  readonly kind: (typeof KINDS)[number];
  /** Read one after the other wherever something is chosen. */
  readonly choices: readonly number[];
}
const KINDS = ['letter', 'entry', 'node', 'append', 'append', 'append'] as const;

export const MUTATIONS: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom(...KINDS),
  choices: fc.array(fc.nat(0xffffff), { minLength: 16, maxLength: 16 }),
});

class Chooser {
  readonly #choices: readonly number[];
  #at = 0;
  constructor(choices: readonly number[]) {
    this.#choices = choices;
  }
  below(limit: number): number {
    const choice = this.#choices[this.#at % this.#choices.length] ?? 0;
    this.#at += 1;
    return (choice + this.#at) % Math.max(1, limit);
  }
  of<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}

export function mutated(bytes: Uint8Array, { kind, choices }: Mutation): Uint8Array {
  const choose = new Chooser(choices);
  switch (kind) {
    case 'letter':
      return changedLetter(bytes, choose);
    case 'entry':
      return changedEntry(bytes, choose);
    case 'node':
      return changedNode(bytes, choose);
    case 'append':
      return appendedRevision(bytes, choose);
  }
}

function replacedAt(bytes: Uint8Array, at: number, byte: number): Uint8Array {
  const changed = Uint8Array.from(bytes);
  changed[at] = byte;
  return changed;
}

/** Another digit for a digit, another letter for a letter: what stands there keeps its kind. */
function changedLetter(bytes: Uint8Array, choose: Chooser): Uint8Array {
  for (let at = choose.below(bytes.length); ; at = (at + 1) % bytes.length) {
    const byte = bytes[at]!;
    const [first, count] = byte >= 48 && byte < 58 ? [48, 10] : byte >= 97 && byte < 123 ? [97, 26] : [0, 0];
    if (count > 0) return replacedAt(bytes, at, first + ((byte - first + 1 + choose.below(count - 1)) % count));
  }
}

/** Another offset, generation or state in one of the tables; the offset may be that of another object. */
function changedEntry(bytes: Uint8Array, choose: Chooser): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1');
  const entries = [...text.matchAll(/\d{10} \d{5} [nf] \n/g)].map(({ index }) => index);
  const at = choose.of(entries);
  const other = text.slice(choose.of(entries)).slice(0, 10);
  const edits = [
    () => text.slice(0, at) + other + text.slice(at + 10),
    () => `${text.slice(0, at + 15)}${String(choose.below(10))}${text.slice(at + 16)}`,
    () => text.slice(0, at + 17) + (text[at + 17] === 'n' ? 'f' : 'n') + text.slice(at + 18),
  ];
  return Buffer.from(choose.of(edits)(), 'latin1');
}

/** A node of a signature left out, doubled, exchanged with its neighbour, given another tag or another bit. */
function changedNode(bytes: Uint8Array, choose: Chooser): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1');
  const place = choose.of([...text.matchAll(/<([0-9a-f]{4000,})>/g)]);
  const padded = Buffer.from(place[1]!, 'hex');
  const cms = padded.subarray(0, 4 + padded.readUInt16BE(2));
  const nodes: DerValue[] = [];
  const visit = (node: DerValue): void => {
    nodes.push(node);
    node.children.forEach(visit);
  };
  visit(readDer(cms));
  const target = choose.of(nodes);
  const how = choose.below(5);
  const build = (node: DerValue): Uint8Array => {
    if (node === target && how === 0) return new Uint8Array();
    if (node === target && how === 1) return concat(node.encoded, node.encoded);
    if (node === target && how === 2) return replacedAt(node.encoded, 0, node.encoded[0]! ^ (1 << choose.below(5)));
    const members = node.children.map(build);
    if (node === target && how === 3) members.reverse();
    const content = node.constructed ? concat(...members) : node.content;
    const flipped =
      node === target && how === 4 && content.length > 0
        ? replacedAt(content, choose.below(content.length), choose.below(256))
        : content;
    return concat(Uint8Array.of(node.encoded[0]!), lengthOf(flipped.length), flipped);
  };
  const hex = Buffer.from(build(readDer(cms)))
    .toString('hex')
    .padEnd(place[1]!.length, '0');
  return Buffer.from(text.slice(0, place.index + 1) + hex + text.slice(place.index + 1 + place[1]!.length), 'latin1');
}

function lengthOf(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  return length < 0x100 ? Uint8Array.of(0x81, length) : Uint8Array.of(0x82, length >> 8, length & 0xff);
}

const KEYS = [
  ...[
    'AA',
    'A',
    'OpenAction',
    'OC',
    'AP',
    'AS',
    'V',
    'F',
    'MK',
    'Rect',
    'Contents',
    'Resources',
    'Annots',
    'Kids',
    'DSS',
  ],
  ...[
    'Perms',
    'OCProperties',
    'NeedAppearances',
    'XFA',
    'Names',
    'Rotate',
    'CropBox',
    'MediaBox',
    'Extensions',
    'Lock',
  ],
  ...['Metadata', 'T', 'FT', 'Parent', 'Fields', 'Ff', 'BBox', 'Matrix', 'Filter', 'Length', 'Font', 'XObject', 'Type'],
];

function appendedRevision(bytes: Uint8Array, choose: Chooser): Uint8Array {
  const file = readPdf(bytes);
  const update = new PdfUpdate(file);
  for (let i = choose.below(3); i >= 0; i -= 1) {
    const number = 1 + choose.below(file.size - 1);
    const entry = file.locate(number);
    const generation = entry?.type === 'offset' ? entry.generation : 0;
    const target = ref(number, generation);
    update.set(target, choose.below(8) === 0 ? file.get(target) : another(file, file.get(target), choose));
  }
  const { increment } = update.finish();
  return concat(bytes, retold(increment, choose, file));
}

/** A value like the one before, one thing of it changed. */
function another(file: PdfFile, value: PdfObject, choose: Chooser): PdfObject {
  if (isDict(value)) return anotherDict(file, value, choose);
  if (isStream(value)) {
    if (choose.below(2) === 0) return { ...value, dict: anotherDict(file, value.dict, choose) };
    return flateStream(Object.fromEntries(value.dict.entries), utf8('0 g 0 0 500 800 re f'));
  }
  if (isArray(value) && value.items.length > 0) {
    const at = choose.below(value.items.length);
    const items = [...value.items];
    const edits = [
      () => items.splice(at, 1),
      () => items.push(items[at]!),
      () => items.reverse(),
      () => (items[at] = another(file, items[at]!, choose)),
    ];
    choose.of(edits)();
    return array(items);
  }
  if (isRef(value)) return choose.below(3) === 0 ? ref(value.number, 1) : ref(1 + choose.below(file.size));
  if (typeof value === 'number') return value + 1 + choose.below(90);
  const made = [
    null,
    true,
    7,
    name('Off'),
    textString('other'),
    array([0, 0, 300, 300]),
    dict({}),
    ref(1 + choose.below(file.size)),
  ];
  return choose.of(made);
}

function anotherDict(file: PdfFile, value: PdfDict, choose: Chooser): PdfDict {
  const known = [...value.entries.keys()];
  const key = known.length > 0 && choose.below(3) > 0 ? choose.of(known) : choose.of(KEYS);
  const before = value.entries.get(key) ?? null;
  return withEntries(value, { [key]: choose.below(4) === 0 ? undefined : another(file, before, choose) });
}

/** The cross-reference and the trailer told otherwise, now and then. */
function retold(increment: Uint8Array, choose: Chooser, file: PdfFile): Uint8Array {
  const told = Buffer.from(increment).toString('latin1');
  const edits: readonly ((old: string) => string)[] = [
    ...Array.from({ length: 5 }, () => (old: string) => old),
    (old) => old.replace(/(\n\d+) 0 obj/, '$1 1 obj').replace('00000 n', '00001 n'),
    (old) => old.replace(/00000 n/, '65535 f'),
    (old) =>
      old.replace(/\/Size (\d+)/, (all, size: string) =>
        `/Size ${String(choose.below(Number(size)))}`.padEnd(all.length),
      ),
    (old) => old.replace(/\/Root \d+/, (all) => `/Root ${String(1 + choose.below(file.size))}`.padEnd(all.length)),
    (old) => old.replace(/\/Info \d+/, (all) => `/Info ${String(1 + choose.below(file.size))}`.padEnd(all.length)),
    (old) => old.replace(/(\d{10}) 00000 n/, `${String(choose.below(file.bytes.length)).padStart(10, '0')} 00000 n`),
  ];
  return Buffer.from(choose.of(edits)(told), 'latin1');
}

/**
 * Objects that anything but the document information and the DSS leads to, and that read otherwise in the newer file: found
 * by other means than the verifier's own. Lists of annotations and fields that only grew count as the same.
 */
export function visiblyChanged(older: PdfFile, newer: PdfFile): readonly number[] {
  return [...shown(older)].filter((number) => !isSame(standing(older, number), standing(newer, number)));
}

const FREE_IN_CATALOG = { DSS: undefined, Metadata: undefined, Extensions: undefined };

function shown(file: PdfFile): ReadonlySet<number> {
  const seen = new Set([file.catalogRef.number]);
  const visit = (value: PdfObject): void => {
    if (isRef(value) && !seen.has(value.number)) {
      seen.add(value.number);
      visit(file.get(value));
    } else if (isArray(value)) value.items.forEach(visit);
    else if (isStream(value)) visit(value.dict);
    else if (isDict(value)) value.entries.forEach(visit);
  };
  visit(withEntries(file.catalog, FREE_IN_CATALOG));
  return seen;
}

interface Standing {
  readonly generation: number;
  readonly value: PdfObject;
}

function standing(file: PdfFile, number: number): Standing {
  const entry = file.locate(number);
  const generation = entry?.type === 'offset' ? entry.generation : 0;
  const value = file.get(ref(number, generation));
  const isCatalog = number === file.catalogRef.number && isDict(value);
  return { generation, value: isCatalog ? withEntries(value, FREE_IN_CATALOG) : value };
}

function isSame(before: Standing, after: Standing): boolean {
  return before.generation === after.generation && text(before.value) === text(cut(before.value, after.value));
}

/**
 * Annotations only as many as there were, fields as they were if all are still there: their order is drawn nowhere. The flags
 * of a form may say more.
 */
function cut(before: PdfObject, after: PdfObject): PdfObject {
  if (!isDict(before) || !isDict(after)) return after;
  const cuts: Record<string, PdfObject> = {};
  for (const key of ['Annots', 'Fields', 'SigFlags']) {
    const [old, now] = [before.entries.get(key), after.entries.get(key)];
    if (isArray(old) && isArray(now)) {
      const there = now.items.map(text);
      const isKept = key === 'Fields' && old.items.every((item) => there.includes(text(item)));
      cuts[key] = isKept ? old : array(now.items.slice(0, old.items.length));
    }
    if (typeof old === 'number' && typeof now === 'number' && (old & ~now) === 0) cuts[key] = old;
  }
  return withEntries(after, cuts);
}

function text(value: PdfObject): string {
  return JSON.stringify(value, (_, member: unknown) => {
    if (member instanceof Map) return [...(member as Map<string, unknown>)].sort(([a], [b]) => (a < b ? -1 : 1));
    return member instanceof Uint8Array ? Buffer.from(member).toString('latin1') : member;
  });
}
