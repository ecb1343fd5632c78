import { createHmac, hkdfSync } from 'node:crypto';
import { toBase64, utf8 } from '../../../signing/bytes.ts';

/**
 * Secrets of webhooks (Standard Webhooks 1.0: symmetric, `v1`). They come out of the cloud's own webhook key, so none
 * is in the database: who reads that cannot sign. @param number of the secret, from 1; each renewal is the next
 */
export function webhookSecret(key: Uint8Array, endpoint: string, number: number): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key, utf8(endpoint), utf8(`countersign.webhook/1 ${number}`), 32));
}

/** As it is given to the program that listens. */
export function secretText(secret: Uint8Array): string {
  return `whsec_${toBase64(secret)}`;
}

/** Headers by which the listener knows who it is from; one signature for each secret that holds. @param seconds of Unix time */
export function signedHeaders(
  secrets: readonly Uint8Array[],
  message: { readonly id: string; readonly body: string },
  seconds: number,
): Readonly<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>> {
  const content = utf8(`${message.id}.${seconds}.${message.body}`);
  return {
    'webhook-id': message.id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': secrets
      .map((secret) => `v1,${createHmac('sha256', secret).update(content).digest('base64')}`)
      .join(' '),
  };
}
