import { equalBytes, fromUtf8 } from '../bytes.ts';
import { canonicalBytes } from '../canonical-json.ts';

/**
 * The JSON object that `bytes` are the one canonical form of (RFC 8785), or null. Not every JSON text has such
 * a form: one with half a surrogate pair has none, and canonicalising it throws.
 */
export function parseCanonical(bytes: Uint8Array): object | null {
  try {
    const value: unknown = JSON.parse(fromUtf8(bytes));
    return typeof value === 'object' && value !== null && equalBytes(canonicalBytes(value), bytes) ? value : null;
  } catch {
    return null;
  }
}
