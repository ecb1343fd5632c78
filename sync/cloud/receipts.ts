import { createPublicKey, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint, CompactSign, exportJWK, type JWK } from 'jose';
import { canonicalBytes } from '../../signing/canonical-json.ts';
import { DESTRUCTION_TYPE, type DestructionClaims } from '../protocol/destruction.ts';
import { RECEIPT_TYPE, type ReceiptClaims } from '../protocol/receipt.ts';
import type { Sql } from './database.ts';

export interface ReceiptSigner {
  /** The public half as kiosks pin it, `kid` included. */
  readonly publicKey: JWK;
  sign(claims: ReceiptClaims): Promise<string>;
  signDestruction(claims: DestructionClaims): Promise<string>;
}
/** Signs with whichever key is the present one; `sql` is the transaction that the receipt is written in, and says which. */
export interface ReceiptDesk {
  sign(claims: ReceiptClaims, sql: Sql): Promise<string>;
  signDestruction(claims: DestructionClaims, sql: Sql): Promise<string>;
}

/** `key` is a P-256 private key. The key id is the RFC 7638 thumbprint, so a rotated key names itself. */
export async function createReceiptSigner(key: KeyObject): Promise<ReceiptSigner> {
  const publicKey = await publicReceiptKey(key);
  return {
    publicKey,
    sign: (claims) => signStatement(key, RECEIPT_TYPE, claims),
    signDestruction: (claims) => signStatement(key, DESTRUCTION_TYPE, claims),
  };
}

/** Compact JWS with `key`, a P-256 private key; `type` says what kind of statement of the cloud's it is. */
export async function signStatement(key: KeyObject, type: string, claims: object): Promise<string> {
  const { kid } = await publicReceiptKey(key);
  return new CompactSign(canonicalBytes(claims))
    .setProtectedHeader({ alg: 'ES256', typ: type, kid: String(kid) })
    .sign(key);
}

/** JWK to pin for a P-256 key (private or public). @throws TypeError for another kind of key. */
export async function publicReceiptKey(key: KeyObject): Promise<JWK> {
  const jwk = await exportJWK(key.type === 'private' ? createPublicKey(key) : key);
  if (jwk.kty !== 'EC' || jwk.crv !== 'P-256') throw new TypeError('receipts are signed with a P-256 key');
  return { ...jwk, alg: 'ES256', use: 'sig', kid: await calculateJwkThumbprint(jwk) };
}
