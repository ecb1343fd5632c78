import { randomBytes } from 'node:crypto';
import { NONCE_BYTES, TAG_BYTES } from './aes-gcm.ts';
import { KeyStoreError } from './key-store-error.ts';
import type { TokenPlace } from './key-store-file.ts';
import { withToken, type TokenSession } from './pkcs11.ts';
import { readSecret } from './secret.ts';

/** Encrypts the vault key inside the token (CKM_AES_GCM). @returns nonce, ciphertext, tag. */
export function wrapByToken(place: TokenPlace, vaultKey: Uint8Array, context: Uint8Array): Uint8Array {
  return inSession(place, (session, key) => {
    const nonce = randomBytes(NONCE_BYTES);
    return Buffer.concat([nonce, session.encrypt(key, nonce, context, vaultKey)]);
  });
}

/** @returns the vault key, for the caller to zero; null when this token's key is not the one it was wrapped with. */
export function unwrapByToken(place: TokenPlace, wrapped: Uint8Array, context: Uint8Array): Buffer | null {
  if (wrapped.length < NONCE_BYTES + TAG_BYTES) return null;
  return inSession(place, (session, key) =>
    session.decrypt(key, wrapped.subarray(0, NONCE_BYTES), context, wrapped.subarray(NONCE_BYTES)),
  );
}

function inSession<T>(place: TokenPlace, work: (session: TokenSession, key: bigint) => T): T {
  const pin = readSecret(place.pin);
  try {
    return withToken(place.module, place.token, pin, (session) => {
      const key = session.findKey(place.key);
      if (key === null) {
        throw new KeyStoreError('missing', `The token '${place.token}' has no one AES key named '${place.key}'.`);
      }
      return work(session, key);
    });
  } finally {
    pin.fill(0);
  }
}
