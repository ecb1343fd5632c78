import {
  DerError,
  TAG,
  expectInteger,
  expectOctets,
  expectOid,
  expectSequence,
  expectTime,
  expectUniversal,
  isContext,
  readDer,
  type DerValue,
} from './der-reader.ts';
import { OID } from './oids.ts';
import { toHex } from '../bytes.ts';

/** What CMS and reports need of an X.509 certificate (RFC 5280). Nothing here was verified. */
export interface CertificateFacts {
  readonly der: Uint8Array;
  /** Name as its DER SEQUENCE. */
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  /** The INTEGER with tag and length. */
  readonly serialNumber: Uint8Array;
  readonly commonName: string | null;
  readonly subjectKeyIdentifier: Uint8Array | null;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly selfIssued: boolean;
  readonly authority: boolean;
  /** Null when the extension is absent (then nothing is restricted). */
  readonly keyUsage: readonly KeyUsageName[] | null;
  /** Dotted OIDs; null when absent. */
  readonly extendedKeyUsage: readonly string[] | null;
}

/** In bit order (RFC 5280 4.2.1.3). */
export const KEY_USAGES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;
export type KeyUsageName = (typeof KEY_USAGES)[number];

/** @throws DerError when `der` is not a strictly encoded X.509 certificate. */
export function certificateFacts(der: Uint8Array): CertificateFacts {
  const [tbs] = expectSequence(readDer(der));
  const members = expectSequence(tbs);
  const offset = isContext(members[0], 0) ? 1 : 0;
  const [serial, , issuer, validity, subject] = members.slice(offset);
  const [notBefore, notAfter] = expectSequence(validity);
  const extensions = readExtensions(members.find((member) => isContext(member, 3)));
  const ski = extensions.get(OID.subjectKeyIdentifier);
  const usage = extensions.get(OID.keyUsage);
  const extended = extensions.get(OID.extendedKeyUsage);
  const issuerName = expectUniversal(issuer, TAG.sequence).encoded;
  const subjectName = expectUniversal(subject, TAG.sequence);
  return {
    der,
    issuer: issuerName,
    subject: subjectName.encoded,
    serialNumber: expectUniversal(serial, TAG.integer).encoded,
    commonName: commonName(subjectName),
    subjectKeyIdentifier: ski === undefined ? null : expectOctets(ski),
    notBefore: expectTime(notBefore),
    notAfter: expectTime(notAfter),
    selfIssued: toHex(issuerName) === toHex(subjectName.encoded),
    authority: isAuthority(extensions.get(OID.basicConstraints)),
    keyUsage: usage === undefined ? null : keyUsages(usage),
    extendedKeyUsage: extended === undefined ? null : expectSequence(extended).map(expectOid),
  };
}

function readExtensions(wrapper: DerValue | undefined): ReadonlyMap<string, DerValue> {
  const found = new Map<string, DerValue>();
  if (wrapper === undefined) return found;
  for (const extension of expectSequence(wrapper.children[0])) {
    const parts = expectSequence(extension);
    const id = expectOid(parts[0]);
    if (found.has(id)) throw new DerError('unexpected-type', 'extension twice');
    found.set(id, KNOWN.has(id) ? readDer(expectOctets(parts.at(-1))) : expectUniversal(parts.at(-1), TAG.octetString));
  }
  return found;
}

const KNOWN: ReadonlySet<string> = new Set([
  OID.subjectKeyIdentifier,
  OID.keyUsage,
  OID.basicConstraints,
  OID.extendedKeyUsage,
]);

function isAuthority(value: DerValue | undefined): boolean {
  if (value === undefined) return false;
  const [first, second] = expectSequence(value);
  if (second !== undefined) expectInteger(second);
  return first?.tagClass === 'universal' && first.tag === TAG.boolean && first.content[0] === 0xff;
}

function keyUsages(value: DerValue): readonly KeyUsageName[] {
  const bits = expectUniversal(value, TAG.bitString).content.subarray(1);
  return KEY_USAGES.filter((_, bit) => ((bits[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0);
}

/** The last CN, as text; BMPString and T61String are not read. */
function commonName(name: DerValue): string | null {
  let found: string | null = null;
  for (const rdn of name.children) {
    for (const attribute of rdn.children) {
      const [type, value] = attribute.children;
      if (value !== undefined && expectOid(type) === OID.commonName && value.tag !== 30) {
        found = Buffer.from(value.content).toString('utf8');
      }
    }
  }
  return found;
}
