import { createPublicKey, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint, CompactSign, exportJWK, type JWK } from 'jose';
import { canonicalBytes } from '../../signing/canonical-json.ts';
import { DESTRUCTION_TYPE, type DestructionClaims } from '../protocol/destruction.ts';
import { RECEIPT_TYPE, type ReceiptClaims } from '../protocol/receipt.ts';

export interface ReceiptSigner {
  /** The public half as kiosks pin it, `kid` included. */
  readonly publicKey: JWK;
  sign(claims: ReceiptClaims): Promise<string>;
  signDestruction(claims: DestructionClaims): Promise<string>;
}

/** `key` is a P-256 private key. The key id is the RFC 7638 thumbprint, so a rotated key names itself. */
export async function createReceiptSigner(key: KeyObject): Promise<ReceiptSigner> {
  const publicKey = await publicReceiptKey(key);
  const sign = (claims: ReceiptClaims | DestructionClaims, typ: string): Promise<string> =>
    new CompactSign(canonicalBytes(claims))
      .setProtectedHeader({ alg: 'ES256', typ, kid: String(publicKey.kid) })
      .sign(key);
  return {
    publicKey,
    sign: (claims) => sign(claims, RECEIPT_TYPE),
    signDestruction: (claims) => sign(claims, DESTRUCTION_TYPE),
  };
}

/** JWK to pin for a P-256 key (private or public). @throws TypeError for another kind of key. */
export async function publicReceiptKey(key: KeyObject): Promise<JWK> {
  const jwk = await exportJWK(key.type === 'private' ? createPublicKey(key) : key);
  if (jwk.kty !== 'EC' || jwk.crv !== 'P-256') throw new TypeError('receipts are signed with a P-256 key');
  return { ...jwk, alg: 'ES256', use: 'sig', kid: await calculateJwkThumbprint(jwk) };
}
