import type { KeyObject } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';

/**
 * SQLite3 Multiple Ciphers' ChaCha20-Poly1305 (RFC 8439): each page has a nonce of its own at each writing and a tag, and is
 * bound to its number; the log is encrypted the same way. Only 8 bytes of the header (page size and such) stay readable.
 */
export const CIPHER = "cipher = 'chacha20'";

const PLAIN_HEADER = 'SQLite format 3\0';

export type Kept = 'empty' | 'in-the-clear' | 'encrypted';

/** How a database file lies there; 'empty' until its first page is written. */
export function keptAs(path: string): Kept {
  const file = openSync(path, 'r');
  try {
    const start = Buffer.alloc(PLAIN_HEADER.length);
    if (readSync(file, start, 0, start.length, 0) === 0) return 'empty';
    return start.toString('latin1') === PLAIN_HEADER ? 'in-the-clear' : 'encrypted';
  } finally {
    closeSync(file);
  }
}

/** Gives the key to `use` as the cipher takes a raw one ('raw:' and 64 hex digits, no stretching), then zeroes that. */
export function withPhrase(key: KeyObject, use: (phrase: Buffer) => unknown): void {
  const bytes = key.export();
  const phrase = Buffer.alloc(4 + 2 * bytes.length);
  phrase.write('raw:', 0, 'latin1');
  const digits = Buffer.from('0123456789abcdef', 'latin1');
  bytes.forEach((byte, at) => {
    phrase[4 + 2 * at] = digits[byte >> 4] ?? 0;
    phrase[5 + 2 * at] = digits[byte & 15] ?? 0;
  });
  bytes.fill(0);
  use(phrase);
  phrase.fill(0);
}
