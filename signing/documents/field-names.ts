import type { FormField } from '../pdf/form.ts';

/** Names that a new field at the root of the form may not have: those of its fields and their parents. */
export function takenNames(fields: readonly FormField[]): Set<string> {
  return new Set(fields.flatMap(({ name }) => [name, name.split('.')[0] ?? name]));
}

/**
 * `wanted`, or with the first free number behind it; the answer is added to `taken`. A partial name
 * holds no full stop (ISO 32000-1, 12.7.3.2).
 */
export function uniqueName(wanted: string, taken: Set<string>): string {
  const cleaned = wanted
    .trim()
    .replace(/[.\p{Cc}\s]+/gu, '_')
    .slice(0, 100);
  const base = cleaned === '' ? 'field' : cleaned;
  let name = base;
  for (let number = 2; taken.has(name); number += 1) name = `${base}_${number}`;
  taken.add(name);
  return name;
}
