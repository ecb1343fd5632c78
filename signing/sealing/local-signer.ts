import { createPublicKey, sign, X509Certificate, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { Signer } from './signer.ts';

const signAsync = promisify<string, Uint8Array, KeyObject, Buffer>(sign);

/**
 * A signer over a key held in this process. RSA (2048 bits or more) or P-256; signing runs on libuv's pool.
 * @throws RangeError when the key is of another kind or is not the key of `chain[0]`.
 */
export function localSigner(privateKey: KeyObject, chain: readonly Uint8Array[]): Signer {
  const [own] = chain;
  if (own === undefined) throw new RangeError('a signer needs its certificate');
  if (!new X509Certificate(own).publicKey.equals(createPublicKey(privateKey))) {
    throw new RangeError('the first certificate is not of this key');
  }
  return {
    algorithm: algorithmOf(privateKey),
    chain: chain.map((certificate) => new Uint8Array(certificate)),
    sign: async (data) => signAsync('sha256', data, privateKey),
  };
}

function algorithmOf(key: KeyObject): Signer['algorithm'] {
  const details = key.asymmetricKeyDetails;
  if (key.asymmetricKeyType === 'rsa' && (details?.modulusLength ?? 0) >= 2048) return 'rsa-sha256';
  if (key.asymmetricKeyType === 'ec' && details?.namedCurve === 'prime256v1') return 'ecdsa-p256-sha256';
  throw new RangeError('a signer has an RSA key of 2048 bits or more, or a P-256 key');
}
