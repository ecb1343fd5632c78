import canonicalize from 'canonicalize';
import { equalBytes, utf8 } from './bytes.ts';

/** Values that survive JSON unchanged. `undefined` members are not allowed: absent stays absent. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** RFC 8785 (JCS) text of a value. @throws TypeError for values JSON cannot carry. */
export function canonicalText(value: object): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('value has no canonical JSON form');
  return text;
}

/**
 * Whether `bytes` are the one canonical form of what was read from them. Text with half a surrogate pair in it has
 * none (RFC 8785, 3.2.2.2), and making one throws: asked of what comes from outside.
 */
export function isCanonicalForm(value: object, bytes: Uint8Array): boolean {
  let canonical: Uint8Array;
  try {
    canonical = canonicalBytes(value);
  } catch {
    return false;
  }
  return equalBytes(canonical, bytes);
}

/** RFC 8785 bytes, UTF-8. */
export function canonicalBytes(value: object): Uint8Array {
  return utf8(canonicalText(value));
}
