import { certificateFacts } from '../../signing/cms/certificate-facts.ts';

/** When the first of a kiosk's chain ends, wall milliseconds. Its device certificate is issued with the same dates. */
export function certificatesEnd(chain: readonly Uint8Array[]): number {
  return Math.min(...chain.map((der) => certificateFacts(der).notAfter.getTime()));
}
