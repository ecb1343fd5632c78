import { fromUtf8 } from '../bytes.ts';
import { isCanonicalForm } from '../canonical-json.ts';

/** The JSON object that `bytes` are the one canonical form of (RFC 8785), or null. */
export function parseCanonical(bytes: Uint8Array): object | null {
  try {
    const value: unknown = JSON.parse(fromUtf8(bytes));
    return typeof value === 'object' && value !== null && isCanonicalForm(value, bytes) ? value : null;
  } catch {
    return null;
  }
}
