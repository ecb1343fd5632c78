import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';

/** SHA-256 as 64 lower-case hex digits: the name of every document, capture and package. */
export type Sha256 = string & { readonly __brand: 'sha-256' };

export const DIGEST_ALGORITHM = 'sha-256';

export function sha256(...parts: readonly Uint8Array[]): Sha256 {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex') as Sha256;
}

/** Hashed in half a millisecond; webcrypto would first copy all of it, which holds an event loop up for longer. */
const PIECE_BYTES = 1_000_000;

/** The same with turns of the event loop between: for what may be tens of megabytes long. */
export async function sha256Apart(bytes: Uint8Array): Promise<Sha256> {
  const hash = createHash('sha256');
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    hash.update(bytes.subarray(at, at + PIECE_BYTES));
    await turn();
  }
  return hash.digest('hex') as Sha256;
}

export function isSha256(value: unknown): value is Sha256 {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

/** @throws RangeError when `value` is not 64 lower-case hex digits. */
export function parseSha256(value: unknown): Sha256 {
  if (!isSha256(value)) throw new RangeError('not a SHA-256 digest in lower-case hex');
  return value;
}
