import { createCipheriv, createDecipheriv, randomBytes, type KeyObject } from 'node:crypto';

/** NIST SP 800-38D: a fresh random nonce of 96 bits for each use, a tag of 128. */
export const NONCE_BYTES = 12;
export const TAG_BYTES = 16;

/** @returns nonce, ciphertext and tag, one after the other. `context` is authenticated, not kept. */
export function sealBytes(key: KeyObject, plain: Uint8Array, context: Uint8Array): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(context);
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** @returns null when key, context or a single bit is another; the caller zeroes what it gets when it is a key. */
export function openBytes(key: KeyObject, sealed: Uint8Array, context: Uint8Array): Buffer | null {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) return null;
  const body = sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(context);
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  const plain = decipher.update(body);
  try {
    decipher.final();
    return plain;
  } catch {
    plain.fill(0);
    return null;
  }
}
