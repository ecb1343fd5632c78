/** Certification (ISO 32000-1, 12.8.2.2), counting of signatures, usage rights (12.8.2.3). */
import { lockPermission, readSignatureLocks, type PermissionLevel } from './field-lock.ts';
import type { FormField } from './form.ts';
import { readFields } from './form.ts';
import { isArray, isDict, isName, type PdfDict, type PdfObject } from './objects.ts';
import type { PdfFile } from './pdf-file.ts';

/**
 * What a certification signature permits, from the catalog's /Perms or from the /Reference of a
 * signature; the strictest when there are several. Usage rights are none of it.
 * @throws PdfSyntaxError
 */
export function readCertification(
  file: PdfFile,
  fields: readonly FormField[] = readFields(file),
): PermissionLevel | null {
  const levels: PermissionLevel[] = [];
  const certified = file.resolve(readPermissions(file)?.entries.get('DocMDP'));
  // Named in /Perms, it certifies even when it says nothing more (12.8.4).
  if (isDict(certified)) levels.push(levelOf(file, certified) ?? 2);
  for (const { signed, value } of fields) {
    const level = signed && isDict(value) ? levelOf(file, value) : null;
    if (level !== null) levels.push(level);
  }
  return levels.length === 0 ? null : levels.reduce((strictest, level) => (level < strictest ? level : strictest));
}

/**
 * What may still happen to the document after its signatures: certification and /P of locks together.
 * @throws PdfSyntaxError
 */
export function readPermission(file: PdfFile, fields: readonly FormField[] = readFields(file)): PermissionLevel | null {
  const certified = readCertification(file, fields);
  const locked = lockPermission(fields.flatMap((field) => readSignatureLocks(file, field)));
  if (certified === null || locked === null) return certified ?? locked;
  return certified < locked ? certified : locked;
}

/** Signatures of people and organisations; document time-stamps are not counted. */
export function countSignatures(fields: readonly FormField[]): number {
  return fields.filter((field) => field.signed && !isTimestamp(field)).length;
}

export function isTimestamp(field: FormField): boolean {
  return isDict(field.value) && isName(field.value.entries.get('Type'), 'DocTimeStamp');
}

/** @throws PdfSyntaxError */
export function hasUsageRights(file: PdfFile): boolean {
  const permissions = readPermissions(file);
  return ['UR3', 'UR'].some((key) => isDict(file.resolve(permissions?.entries.get(key))));
}

function readPermissions(file: PdfFile): PdfDict | null {
  const permissions = file.resolve(file.catalog.entries.get('Perms'));
  return isDict(permissions) ? permissions : null;
}

function levelOf(file: PdfFile, signature: PdfDict): PermissionLevel | null {
  const references = file.resolve(signature.entries.get('Reference'));
  if (!isArray(references)) return null;
  for (const item of references.items.slice(0, 16)) {
    const reference = file.resolve(item);
    if (!isDict(reference) || !isName(file.resolve(reference.entries.get('TransformMethod')), 'DocMDP')) continue;
    const parameters = file.resolve(reference.entries.get('TransformParams'));
    return toLevel(isDict(parameters) ? file.resolve(parameters.entries.get('P')) : null);
  }
  return null;
}

/** 2 is the default; a level nobody knows is read as the strictest. */
function toLevel(value: PdfObject): PermissionLevel {
  if (value === null) return 2;
  return value === 2 || value === 3 ? value : 1;
}
