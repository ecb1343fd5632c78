/** What a signature forbids from then on: /Lock of a signature field (ISO 32000-2, 12.7.5.5) and FieldMDP (12.8.2.4). */
import type { FormField } from './form.ts';
import { isArray, isDict, isName, isString, type PdfDict } from './objects.ts';
import type { PdfFile } from './pdf-file.ts';
import { decodeText } from './text-string.ts';

/** As /P of DocMDP: 1 no changes, 2 fill in and sign, 3 annotate as well (12.8.2.2). */
export type PermissionLevel = 1 | 2 | 3;

export interface FieldLock {
  readonly action: 'All' | 'Include' | 'Exclude';
  /** Fully qualified names; what is below them counts too. */
  readonly fields: readonly string[];
  /** What may happen to the document at all; null leaves that as it was. */
  readonly permission: PermissionLevel | null;
}

/** What signing this field is to lock; null when its author asks for nothing. @throws PdfSyntaxError */
export function readFieldLock(file: PdfFile, field: FormField): FieldLock | null {
  const lock = file.resolve(field.dict.entries.get('Lock'));
  return isDict(lock) ? toLock(file, lock) : null;
}

/** What the signature in this field locks, with /P of the field's own lock; empty for an empty field. @throws PdfSyntaxError */
export function readSignatureLocks(file: PdfFile, field: FormField): readonly FieldLock[] {
  if (!field.signed || !isDict(field.value)) return [];
  const locks: FieldLock[] = [];
  const references = file.resolve(field.value.entries.get('Reference'));
  for (const item of isArray(references) ? references.items.slice(0, 16) : []) {
    const reference = file.resolve(item);
    if (!isDict(reference) || !isName(file.resolve(reference.entries.get('TransformMethod')), 'FieldMDP')) continue;
    const parameters = file.resolve(reference.entries.get('TransformParams'));
    if (isDict(parameters)) locks.push(toLock(file, parameters));
  }
  const asked = readFieldLock(file, field);
  // A signer that passed over the fields still signed the lock with its /P.
  if (asked !== null && asked.permission !== null) locks.push({ ...asked, action: 'Include', fields: [] });
  return locks;
}

export function locksField({ action, fields }: FieldLock, name: string): boolean {
  if (action === 'All') return true;
  const listed = fields.some((field) => name === field || name.startsWith(`${field}.`));
  return listed === (action === 'Include');
}

/** The strictest /P among locks; null when none has one. */
export function lockPermission(locks: readonly FieldLock[]): PermissionLevel | null {
  return locks.reduce<PermissionLevel | null>(
    (strictest, { permission }) =>
      permission !== null && (strictest === null || permission < strictest) ? permission : strictest,
    null,
  );
}

/** An action nobody knows locks everything; without an action only /P counts. */
function toLock(file: PdfFile, lock: PdfDict): FieldLock {
  const action = file.resolve(lock.entries.get('Action'));
  const level = file.resolve(lock.entries.get('P'));
  const list = file.resolve(lock.entries.get('Fields'));
  const fields = (isArray(list) ? list.items : [])
    .map((item) => file.resolve(item))
    .flatMap((item) => (isString(item) ? [decodeText(item.bytes)] : []));
  const permission = level === 1 || level === 2 || level === 3 ? level : null;
  if (isName(action, 'Include') || isName(action, 'Exclude')) {
    return { action: action.name === 'Include' ? 'Include' : 'Exclude', fields, permission };
  }
  return { action: action === null ? 'Include' : 'All', fields: [], permission };
}
