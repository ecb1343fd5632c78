import { equalBytes } from '../bytes.ts';
import { isArray, isDict, isName, isRef, isStream, isString, type PdfDict, type PdfObject } from '../pdf/objects.ts';
import type { PdfFile } from '../pdf/pdf-file.ts';

/** Same value, however written. References are equal when they name the same object. */
export function equalObjects(a: PdfObject | undefined, b: PdfObject | undefined): boolean {
  if (a === b) return true;
  if (isDict(a)) return isDict(b) && changedKeys(a, b).length === 0;
  if (isStream(a)) return isStream(b) && equalObjects(a.dict, b.dict) && equalBytes(a.raw, b.raw);
  if (isArray(a)) {
    return (
      isArray(b) && a.items.length === b.items.length && a.items.every((item, i) => equalObjects(item, b.items[i]))
    );
  }
  if (isName(a)) return isName(b, a.name);
  if (isRef(a)) return isRef(b) && a.number === b.number && a.generation === b.generation;
  if (isString(a)) return isString(b) && equalBytes(a.bytes, b.bytes);
  return false;
}

/** Keys whose values differ, or that only one of the two has. */
export function changedKeys(a: PdfDict, b: PdfDict): readonly string[] {
  const keys = new Set([...a.entries.keys(), ...b.entries.keys()]);
  return [...keys].filter((key) => !equalObjects(a.entries.get(key), b.entries.get(key)));
}

/** What stands under an object number, whatever its generation; null when free or absent. @throws PdfSyntaxError */
export function valueAt(file: PdfFile, number: number): PdfObject {
  const entry = file.locate(number);
  if (entry === undefined || entry.type === 'free') return null;
  return file.get({ kind: 'ref', number, generation: entry.type === 'offset' ? entry.generation : 0 });
}
