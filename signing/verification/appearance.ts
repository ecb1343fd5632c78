import { isDict, isRef, isStream, type PdfObject, type PdfStream } from '../pdf/objects.ts';
import type { PdfFile } from '../pdf/pdf-file.ts';
import { equalObjects } from './compare-objects.ts';

/** Operators that put something on the page (ISO 32000-1 tables 59 to 61, 74, 77, 87, 92, 109). */
const PAINTING = /(?:^|\s)(?:f\*?|F|B\*?|b\*?|S|s|sh|Do|BI|Tj|TJ|'|")(?=\s|$)/;
/** Operators that draw with what the resources hold: the same operator can draw something else. */
const BORROWED = /(?:^|\s)(?:sh|Do|BI|Tj|TJ|'|"|gs|SCN|scn)(?=\s|$)/;
/** More than any field draws; what is longer is not looked through and counts as showing something. */
const MAX_BYTES = 64 * 1024;
const MAX_DEPTH = 3;

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
  return (
    ['BBox', 'Matrix'].every((key) => equalObjects(old.dict.entries.get(key), now.dict.entries.get(key))) &&
    kept !== null &&
    kept.around === written?.around &&
    (!BORROWED.test(kept.around) || keepsBorrowed(older, old, newer, now)) &&
    !PAINTING.test(kept.text)
  );
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
  return isStream(state) && !PAINTING.test(operatorsOf(file, state));
}

function onlyStream(file: PdfFile, appearance: PdfObject | undefined): PdfStream | null {
  const value = file.resolve(appearance);
  if (!isDict(value) || value.entries.size !== 1) return null;
  const normal = file.resolve(value.entries.get('N'));
  return isStream(normal) ? normal : null;
}

/** Content without comments and strings, except that showing an empty string is left out altogether. */
function operatorsOf(file: PdfFile, stream: PdfStream): string {
  return Buffer.from(file.decode(stream, MAX_BYTES))
    .toString('latin1')
    .replace(/%[^\r\n]*/g, ' ')
    .replace(/(?:<\s*>|\(\))\s*Tj/g, ' ')
    .replace(/\((?:[^()\\]|\\.)*\)/gs, ' () ')
    .replace(/[<>[\]()]/g, ' ')
    .replace(/\s+/g, ' ');
}

/** What draws with resources is there letter by letter, with the same resources. */
function keepsBorrowed(older: PdfFile, old: PdfStream, newer: PdfFile, now: PdfStream): boolean {
  const before = exactAround(older, old);
  return before !== null && before === exactAround(newer, now) && keepsResources(older, old, newer, now);
}

/** What surrounds the text section, strings included; null where strings or comments could pass for its marks. */
function exactAround(file: PdfFile, stream: PdfStream): string | null {
  const content = Buffer.from(file.decode(stream, MAX_BYTES)).toString('latin1');
  const marks = (text: string): number => text.match(/[BE]MC/g)?.length ?? 0;
  const parts = content.split(/\/Tx\s+BMC\b|\bEMC\b/);
  const isPlain = !content.includes('%') && marks(content) === marks(operatorsOf(file, stream));
  if (!isPlain || !(parts.length === 1 || parts.length === 3)) return null;
  return `${parts[0]?.trim() ?? ''}\0${parts[2]?.trim() ?? ''}`;
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

/**
 * The text section of a field's appearance and what surrounds it; without one, text will stand behind all there
 * is. Null when there are several.
 */
function splitText(file: PdfFile, stream: PdfStream): { around: string; text: string } | null {
  const parts = operatorsOf(file, stream).split(/\/Tx BMC\b|\bEMC\b/);
  const [before = '', text = '', after = ''] = parts.map((part) => part.trim());
  return parts.length === 1 || parts.length === 3 ? { around: `${before} | ${after}`, text } : null;
}

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
