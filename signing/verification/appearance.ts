import { isDict, isRef, isStream, type PdfObject, type PdfStream } from '../pdf/objects.ts';
import type { PdfFile } from '../pdf/pdf-file.ts';
import { changedKeys, equalObjects } from './compare-objects.ts';
import { borrows, leavesNothing, operationsOf, paints, sameOperations, type Operation } from './drawing.ts';

const MAX_DEPTH = 3;

/** Entries of an appearance that say how it is written down, and what it borrows: that is compared by itself. */
const FREE_ENTRIES: ReadonlySet<string> = new Set([
  ...['Length', 'Filter', 'DecodeParms', 'DL', 'Type', 'FormType', 'Resources', 'LastModified'],
]);

/**
 * Whether an empty field may change from one appearance to another. The empty field of a shadow attack covers the
 * page with its appearance and uncovers it when it is filled. So the old one must show nothing, or all it shows
 * stays: filling replaces what is between `/Tx BMC` and `EMC` and keeps the rest (12.7.3.3).
 */
export function mayReplaceAppearance(
  older: PdfFile,
  before: PdfObject | undefined,
  newer: PdfFile,
  after: PdfObject | undefined,
): boolean {
  if (isBlankAppearance(older, before)) return true;
  const [old, now] = [onlyStream(older, before), onlyStream(newer, after)];
  if (old === null || now === null) return false;
  const [kept, written] = [splitText(older, old), splitText(newer, now)];
  if (kept === null || written === null || kept.text.some(paints)) return false;
  return (
    changedKeys(old.dict, now.dict).every((key) => FREE_ENTRIES.has(key)) &&
    sameOperations(kept.before, written.before) &&
    sameOperations(kept.after, written.after) &&
    (![...kept.before, ...kept.after].some(borrows) || keepsResources(older, old, newer, now)) &&
    // Text that sets a clip, a colour or a transparency for what comes behind it could make that vanish.
    (!kept.after.some(paints) || leavesNothing(written.text))
  );
}

const TEXT: ReadonlySet<string> = new Set(['Tj', 'TJ', "'", '"']);
/** What a frame and its background are painted with, in few strokes: a bevelled one takes four. */
const MAX_FRAME = 4;
const FRAME: ReadonlySet<string> = new Set(['S', 's', 'f', 'F', 'f*', 'B', 'B*', 'b', 'b*']);

/**
 * Whether a text field was filled with text, and with the frame that it is `framed` to have: a picture in it could be that
 * of another text than what lies below. What was there before is not looked at again.
 */
export function fillsWithText(
  older: PdfFile,
  before: PdfObject | undefined,
  newer: PdfFile,
  after: PdfObject | undefined,
  framed: boolean,
): boolean {
  if (isBlankAppearance(newer, after)) return true;
  const now = onlyStream(newer, after);
  const written = now === null ? null : splitText(newer, now);
  if (written === null) return false;
  const around = isBlankAppearance(older, before) ? [...written.before, ...written.after].filter(paints) : [];
  const frame = framed ? around.filter(({ operator }) => FRAME.has(operator)) : [];
  const others = [...around.filter((operation) => !frame.includes(operation)), ...written.text.filter(paints)];
  return frame.length <= MAX_FRAME && others.every(({ operator }) => TEXT.has(operator));
}

/** Whether an appearance, in any of its states, shows nothing at all. */
export function isBlankAppearance(file: PdfFile, appearance: PdfObject | undefined): boolean {
  const value = file.resolve(appearance);
  if (value === null) return true;
  return isDict(value) && [...value.entries.values()].every((state) => isBlankState(file, file.resolve(state), 0));
}

function isBlankState(file: PdfFile, state: PdfObject, depth: number): boolean {
  if (state === null) return true;
  if (isDict(state)) {
    const members = [...state.entries.values()];
    return depth < MAX_DEPTH && members.every((member) => isBlankState(file, file.resolve(member), depth + 1));
  }
  return isStream(state) && operationsOf(file, state)?.some(paints) === false;
}

function onlyStream(file: PdfFile, appearance: PdfObject | undefined): PdfStream | null {
  const value = file.resolve(appearance);
  if (!isDict(value) || value.entries.size !== 1) return null;
  const normal = file.resolve(value.entries.get('N'));
  return isStream(normal) ? normal : null;
}

/** Every name still stands for the same; the text may bring a font more. */
function keepsResources(older: PdfFile, old: PdfStream, newer: PdfFile, now: PdfStream): boolean {
  const before = older.resolve(old.dict.entries.get('Resources'));
  const after = newer.resolve(now.dict.entries.get('Resources'));
  if (!isDict(before) || !isDict(after)) return false;
  return [...before.entries].every(([category, value]) => {
    const [was, is] = [older.resolve(value), newer.resolve(after.entries.get(category))];
    if (!isDict(was) || !isDict(is)) return equalObjects(was, is);
    return [...was.entries].every(([key, resource]) => equalObjects(resource, is.entries.get(key)));
  });
}

interface SplitText {
  readonly before: readonly Operation[];
  readonly text: readonly Operation[];
  readonly after: readonly Operation[];
}

/**
 * The text section of a field's appearance and what surrounds it; without one, text will stand behind all there
 * is. Null when there are several, or other marked content, which may be switched off.
 */
function splitText(file: PdfFile, stream: PdfStream): SplitText | null {
  const operations = operationsOf(file, stream);
  if (operations === null) return null;
  const marks = operations.filter(({ operator }) => MARKS.has(operator));
  const [open, close, ...more] = marks;
  if (open === undefined) return { before: operations, text: [], after: [] };
  const [tag] = open.operands;
  const isText = open.operator === 'BMC' && tag?.kind === 'name' && tag.name === 'Tx' && close?.operator === 'EMC';
  if (!isText || more.length > 0) return null;
  const [from, to] = [operations.indexOf(open), operations.indexOf(close)];
  return { before: operations.slice(0, from), text: operations.slice(from + 1, to), after: operations.slice(to + 1) };
}
const MARKS: ReadonlySet<string> = new Set(['BMC', 'BDC', 'EMC']);

/** Numbers of the appearance's own objects: its dictionary, its state dictionaries and streams. */
export function appearanceObjects(file: PdfFile, appearance: PdfObject | undefined): ReadonlySet<number> {
  const found = new Set<number>();
  const visit = (value: PdfObject, depth: number): void => {
    if (isRef(value)) {
      if (found.has(value.number)) return;
      found.add(value.number);
    }
    const target = file.resolve(value);
    if (isDict(target) && depth < MAX_DEPTH) for (const member of target.entries.values()) visit(member, depth + 1);
  };
  visit(appearance ?? null, 0);
  return found;
}
