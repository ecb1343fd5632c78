import { execFileSync } from 'node:child_process';
import type { KeyObject } from 'node:crypto';
import path from 'node:path';
import forge from 'node-forge';
import type { Measured } from './seal-measure.ts';

/** Files that each program is given. */
export interface PeerFiles {
  readonly pdf: string;
  readonly p12: string;
  /** Written over. */
  readonly target: string;
}

export function measureSignpdf({ pdf, p12, target }: PeerFiles, runs: number): Measured {
  const child = path.join(import.meta.dirname, 'seal-signpdf.ts');
  return JSON.parse(execFileSync(process.execPath, [child, pdf, p12, target, String(runs)]).toString()) as Measured;
}

export function measurePyHanko({ pdf, p12, target }: PeerFiles, runs: number): Measured {
  const script = path.join(import.meta.dirname, 'seal-pyhanko.py');
  return JSON.parse(execFileSync('python3', [script, pdf, p12, target, String(runs)]).toString()) as Measured;
}

/** A PKCS#12 file without a passphrase, as @signpdf reads it. */
export function pkcs12(key: KeyObject, chain: readonly Uint8Array[]): Uint8Array {
  const certificates = chain.map((der) =>
    forge.pki.certificateFromAsn1(forge.asn1.fromDer(Buffer.from(der).toString('latin1'))),
  );
  const privateKey = forge.pki.privateKeyFromPem(key.export({ type: 'pkcs1', format: 'pem' }).toString());
  const p12 = forge.pkcs12.toPkcs12Asn1(privateKey, certificates, '', { algorithm: '3des' });
  return Buffer.from(forge.asn1.toDer(p12).getBytes(), 'latin1');
}
