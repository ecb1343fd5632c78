import { toBase64 } from '../bytes.ts';
import { DerError } from './der-reader.ts';

/** RFC 7468 text of DER bytes. */
export function encodePem(label: string, der: Uint8Array): string {
  const lines = toBase64(der).match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

export function certificatePem(...certificates: readonly Uint8Array[]): string {
  return certificates.map((der) => encodePem('CERTIFICATE', der)).join('');
}

/** Every block with this label, in order; text between blocks is ignored. @throws DerError for bad base64 */
export function parsePem(label: string, text: string): readonly Uint8Array[] {
  const block = new RegExp(`-----BEGIN ${label}-----([^-]*)-----END ${label}-----`, 'g');
  return Array.from(text.matchAll(block), (match) => {
    const body = (match[1] ?? '').replace(/\s+/g, '');
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(body)) throw new DerError('unexpected-type', 'PEM body is not base64');
    return Buffer.from(body, 'base64');
  });
}

export function parseCertificatesPem(text: string): readonly Uint8Array[] {
  return parsePem('CERTIFICATE', text);
}
