import { fromUtf8 } from '../bytes.ts';

/** UTF-8 text of an entry name, or null when it is malformed. */
export function decodeEntryName(bytes: Uint8Array): string | null {
  try {
    return fromUtf8(bytes);
  } catch {
    return null;
  }
}

/**
 * Whether a name stays inside the container on every system: relative, forward slashes, no empty, '.' or '..'
 * segment, no drive letter, no control character (formats 4.5).
 */
export function isSafeEntryName(name: string): boolean {
  if (name === '' || name.length > 512 || name.includes('\\') || /^[A-Za-z]:/.test(name)) return false;
  if (/[\u0000-\u001f\u007f]/.test(name)) return false;
  return name.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..');
}

/**
 * What two names share that some file system, or a reader's eye, would take for one: upper and lower case, composed
 * letters, characters that draw nothing, full stops and blanks at the end of a segment.
 */
export function foldEntryName(name: string): string {
  return name
    .normalize('NFC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .toUpperCase()
    .toLowerCase()
    .replace(/[. ]+(?=\/|$)/g, '');
}
