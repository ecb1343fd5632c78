import { createHash } from 'node:crypto';
import { toBase64 } from '../bytes.ts';
import { canonicalBytes } from '../canonical-json.ts';
import type { CaptureRecord } from '../capture/capture-record.ts';
import type { Sha256 } from '../digest.ts';
import type { BindingStatement } from './binding-statement.ts';

export const SALT_BYTES = 32;

/** H2 = SHA-256(H1 bytes || salt || canonical capture record) (formats 7.1): commits to the capture, reveals nothing. */
export function commitment(h1: Sha256, salt: Uint8Array, capture: CaptureRecord): Sha256 {
  if (salt.length !== SALT_BYTES) throw new RangeError('salt has 32 bytes');
  return createHash('sha256')
    .update(Buffer.from(h1, 'hex'))
    .update(salt)
    .update(canonicalBytes(capture))
    .digest('hex') as Sha256;
}

/** Plaintext of a sealed capture: canonical JSON of statement, salt and record. */
export function encodeCaptureContent(binding: BindingStatement, salt: Uint8Array, capture: CaptureRecord): Uint8Array {
  return canonicalBytes({ type: 'countersign.sealed-capture', version: 1, binding, salt: toBase64(salt), capture });
}
