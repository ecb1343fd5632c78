import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { issueCertificate, type CertificateProfile } from '../../signing/cms/certificates.ts';
import type { RandomBytes } from '../../signing/access/session.ts';

const generate = promisify(generateKeyPair);

export interface KeyAndCertificate {
  readonly privateKey: KeyObject;
  readonly certificate: Uint8Array;
}

/** Everything a demo tenant needs; in earnest most of these keys are never on one machine. */
export interface DemoKeys {
  readonly root: KeyAndCertificate;
  readonly issuing: KeyAndCertificate;
  readonly seal: KeyAndCertificate;
  readonly device: KeyAndCertificate;
  readonly escrow: KeyAndCertificate;
  readonly backup: KeyAndCertificate;
  readonly record: KeyAndCertificate;
  readonly receiptKey: KeyObject;
}

export type SealKeyKind = 'rsa-3072' | 'p-256';

/** Years each certificate holds. */
const LIFE: Readonly<Record<CertificateProfile, number>> = {
  'root-ca': 20,
  'issuing-ca': 10,
  seal: 3,
  device: 3,
  escrow: 10,
  tsa: 3,
};
/** Two machines' clocks differ; a certificate that is not valid yet stops the first demo. */
const BACKDATE_MS = 3600_000;

/** A tenant's certification authority with a kiosk under it, and the escrow, backup and record recipients. */
export async function makeDemoKeys(
  names: { readonly tenant: string; readonly branch: string; readonly kiosk: string },
  options: { readonly now: Date; readonly sealKey: SealKeyKind; readonly random: RandomBytes },
): Promise<DemoKeys> {
  const [root, issuing, device, receipt, seal, escrow, backup, record] = await Promise.all([
    p256(),
    p256(),
    p256(),
    p256(),
    options.sealKey === 'p-256' ? p256() : rsa3072(),
    rsa3072(),
    rsa3072(),
    rsa3072(),
  ]);
  const issue = (
    profile: CertificateProfile,
    commonName: string,
    keys: { readonly publicKey: KeyObject; readonly privateKey: KeyObject },
    by: KeyAndCertificate | null,
  ): KeyAndCertificate => {
    const certificate = issueCertificate({
      profile,
      subject: { commonName, organization: names.tenant, country: 'SI' },
      publicKey: keys.publicKey,
      issuer: by ?? { certificate: 'self', privateKey: keys.privateKey },
      serial: serialNumber(options.random),
      notBefore: wholeSeconds(options.now.getTime() - BACKDATE_MS),
      notAfter: yearsAfter(options.now, LIFE[profile]),
    });
    return { privateKey: keys.privateKey, certificate };
  };
  const rootPair = issue('root-ca', 'DEMO root CA', root, null);
  const issuingPair = issue('issuing-ca', 'DEMO issuing CA', issuing, rootPair);
  return {
    root: rootPair,
    issuing: issuingPair,
    seal: issue('seal', `DEMO seal ${names.branch}`, seal, issuingPair),
    device: issue('device', `DEMO ${names.kiosk}`, device, issuingPair),
    escrow: issue('escrow', 'DEMO escrow holder', escrow, null),
    backup: issue('escrow', 'DEMO escrow backup', backup, null),
    record: issue('escrow', 'DEMO tenant records', record, null),
    receiptKey: receipt.privateKey,
  };
}

function p256(): Promise<{ publicKey: KeyObject; privateKey: KeyObject }> {
  return generate('ec', { namedCurve: 'P-256' });
}

function rsa3072(): Promise<{ publicKey: KeyObject; privateKey: KeyObject }> {
  return generate('rsa', { modulusLength: 3072 });
}

/** 16 random octets, positive and not starting with zero (RFC 5280 4.1.2.2). */
function serialNumber(random: RandomBytes): Uint8Array {
  const serial = Uint8Array.from(random(16));
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  return serial;
}

function wholeSeconds(millis: number): Date {
  return new Date(Math.floor(millis / 1000) * 1000);
}

function yearsAfter(from: Date, years: number): Date {
  const date = wholeSeconds(from.getTime());
  date.setUTCFullYear(date.getUTCFullYear() + years);
  return date;
}
