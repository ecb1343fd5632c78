import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { RandomBytes } from '../signing/access/session.ts';
import { issueCertificate, type CertificateProfile } from '../signing/cms/certificates.ts';
import { newSerialNumber } from '../signing/cms/serial-number.ts';

const generate = promisify(generateKeyPair);

export interface KeyAndCertificate {
  readonly privateKey: KeyObject;
  /** DER. */
  readonly certificate: Uint8Array;
}
export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** Years each certificate holds. */
const LIFE: Readonly<Record<CertificateProfile, number>> = {
  'root-ca': 20,
  'issuing-ca': 10,
  seal: 3,
  device: 3,
  escrow: 10,
  tsa: 3,
};
/** Two machines' clocks differ; a certificate that is not valid yet stops the first kiosk. */
const BACKDATE_MS = 3600_000;

export interface IssueOptions {
  /** Of all certificates: the company. */
  readonly organization: string;
  readonly now: Date;
  readonly random: RandomBytes;
}

/** A certificate for `keys`, by itself where `by` is null. */
export function issue(
  profile: CertificateProfile,
  commonName: string,
  keys: KeyPair,
  by: KeyAndCertificate | null,
  { organization, now, random }: IssueOptions,
): KeyAndCertificate {
  const certificate = issueCertificate({
    profile,
    subject: { commonName, organization, country: 'SI' },
    publicKey: keys.publicKey,
    issuer: by ?? { certificate: 'self', privateKey: keys.privateKey },
    serial: newSerialNumber(random),
    notBefore: wholeSeconds(now.getTime() - BACKDATE_MS),
    notAfter: yearsAfter(now, LIFE[profile]),
  });
  return { privateKey: keys.privateKey, certificate };
}

/** A root, whose key is for a safe, and the issuing authority below it, whose key is for the cloud. */
export async function newAuthority(
  names: { readonly root: string; readonly issuing: string },
  options: IssueOptions,
): Promise<{ readonly root: KeyAndCertificate; readonly issuing: KeyAndCertificate }> {
  const root = issue('root-ca', names.root, await p256(), null, options);
  return { root, issuing: issue('issuing-ca', names.issuing, await p256(), root, options) };
}

export function p256(): Promise<KeyPair> {
  return generate('ec', { namedCurve: 'P-256' });
}

function wholeSeconds(millis: number): Date {
  return new Date(Math.floor(millis / 1000) * 1000);
}

function yearsAfter(from: Date, years: number): Date {
  const date = wholeSeconds(from.getTime());
  date.setUTCFullYear(date.getUTCFullYear() + years);
  return date;
}
