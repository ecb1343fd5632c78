import { readFieldLock } from '../pdf/field-lock.ts';
import { readFields } from '../pdf/form.ts';
import { isArray, isDict, isName, isString, type PdfDict, type PdfObject } from '../pdf/objects.ts';
import type { PdfFile } from '../pdf/pdf-file.ts';
import { decodeText } from '../pdf/text-string.ts';

/** What a signature allows to happen after it (ISO 32000-1 12.8.2, formats 5.5). */
export interface Permissions {
  /** /P of a certification or of the lock that an approval came with, the stricter one; null when neither is there. */
  readonly certification: 1 | 2 | 3 | null;
  /** Whether a field is locked by /FieldMDP. */
  locks(fieldName: string): boolean;
}

/**
 * Reads /Reference of a signature dictionary and /P of the /Lock of its field; what cannot be understood locks
 * everything. @throws PdfSyntaxError
 */
export function permissionsOf(file: PdfFile, signature: PdfDict, fieldName: string): Permissions {
  let certification: Permissions['certification'] = null;
  const locks: ((fieldName: string) => boolean)[] = [];
  const references = file.resolve(signature.entries.get('Reference'));
  for (const item of isArray(references) ? references.items : []) {
    const reference = file.resolve(item);
    if (!isDict(reference)) continue;
    const method = file.resolve(reference.entries.get('TransformMethod'));
    const parameters = file.resolve(reference.entries.get('TransformParams'));
    const read = (key: string): PdfObject => (isDict(parameters) ? file.resolve(parameters.entries.get(key)) : null);
    if (isName(method, 'DocMDP')) certification = stricter(certification, levelOf(read('P')));
    if (isName(method, 'FieldMDP')) {
      locks.push(lockOf(file, read('Action'), read('Fields')));
      // /P of a field's lock (ISO 32000-2, 12.7.5.5), which signers copy; absent, it changes nothing.
      if (read('P') !== null) certification = stricter(certification, levelOf(read('P')));
    }
  }
  const field = readFields(file).find(({ name, signed }) => signed && name === fieldName);
  // Covered by the signature as it is, whether its maker repeated it or not.
  const asked = field === undefined ? null : (readFieldLock(file, field)?.permission ?? null);
  if (asked !== null) certification = stricter(certification, asked);
  return { certification, locks: (name) => locks.some((lock) => lock(name)) };
}

function stricter(a: Permissions['certification'], b: 1 | 2 | 3): 1 | 2 | 3 {
  return a !== null && a < b ? a : b;
}

function levelOf(value: PdfObject): 1 | 2 | 3 {
  if (value === null) return 2;
  return value === 2 || value === 3 ? value : 1;
}

function lockOf(file: PdfFile, action: PdfObject, fields: PdfObject): (fieldName: string) => boolean {
  const names = (isArray(fields) ? fields.items : []).map((item) => {
    const name = file.resolve(item);
    return isString(name) ? decodeText(name.bytes) : '';
  });
  const listed = (fieldName: string): boolean =>
    names.some((name) => fieldName === name || fieldName.startsWith(`${name}.`));
  if (isName(action, 'Include')) return listed;
  if (isName(action, 'Exclude')) return (fieldName) => !listed(fieldName);
  return () => true;
}
