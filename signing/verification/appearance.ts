import { isDict, isRef, isStream, type PdfObject } from '../pdf/objects.ts';
import type { PdfFile } from '../pdf/pdf-file.ts';

/** Operators that put something on the page (ISO 32000-1 tables 59 to 61, 74, 77, 87, 92, 109). */
const PAINTING = /(?:^|\s)(?:f\*?|F|B\*?|b\*?|S|s|sh|Do|BI|Tj|TJ|'|")(?=\s|$)/;

/**
 * Whether an appearance shows nothing at all. The empty field of a shadow attack covers the page with its
 * appearance and uncovers it when it is filled; so an appearance may only be replaced when it was blank.
 */
export function isBlankAppearance(file: PdfFile, appearance: PdfObject | undefined): boolean {
  const value = file.resolve(appearance);
  if (value === null) return true;
  if (!isDict(value)) return false;
  return [...value.entries.values()].every((state) => isBlankState(file, file.resolve(state)));
}

function isBlankState(file: PdfFile, state: PdfObject): boolean {
  if (state === null) return true;
  if (isDict(state)) return [...state.entries.values()].every((member) => isBlankState(file, file.resolve(member)));
  if (!isStream(state)) return false;
  const operators = Buffer.from(file.decode(state, 1024 * 1024))
    .toString('latin1')
    .replace(/%[^\r\n]*/g, ' ')
    .replace(/\((?:[^()\\]|\\.)*\)/gs, ' () ')
    .replace(/[<>[\]()]/g, ' ');
  return !PAINTING.test(operators);
}

/** Numbers of the appearance's own objects: its dictionary, its state dictionaries and streams. */
export function appearanceObjects(file: PdfFile, appearance: PdfObject | undefined): ReadonlySet<number> {
  const found = new Set<number>();
  const visit = (value: PdfObject, depth: number): void => {
    if (isRef(value)) found.add(value.number);
    const target = file.resolve(value);
    if (isDict(target) && depth < 3) for (const member of target.entries.values()) visit(member, depth + 1);
  };
  visit(appearance ?? null, 0);
  return found;
}
