import { createHash, sign } from 'node:crypto';
import { certificateFacts } from '../../signing/cms/certificate-facts.ts';
import {
  encodeDer,
  fromEncoded,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  setOf,
  tagged,
  taggedSetOf,
  type Der,
} from '../../signing/cms/der.ts';
import { OID } from '../../signing/cms/oids.ts';
import type { KeyAndCertificate } from './seal-fixtures.ts';

/** Which attribute names the certificate of the authority, and with what digest of it. */
export type Naming = 'nothing' | 'version-1' | 'version-2' | 'version-1-of-another' | 'version-2-of-another';

/** A token (RFC 3161 2.4.2) over a SHA-256 digest at a time of one's choice, put together here so that it can also be wrong. */
export function timeStampToken(
  { privateKey, certificate }: KeyAndCertificate,
  chain: readonly Uint8Array[],
  digest: Uint8Array,
  { time, naming }: { readonly time: Date; readonly naming: Naming },
): Uint8Array {
  const sha256 = sequence(objectIdentifier(OID.sha256));
  const imprint = sequence(sha256, octetString(digest));
  const info = encodeDer(
    sequence(integer(1), objectIdentifier('1.2.3.4.1'), imprint, integer(7), generalizedTime(time)),
  );
  const attributes = [
    attribute(OID.contentType, objectIdentifier(OID.tstInfo)),
    attribute(OID.messageDigest, octetString(digestOf('sha256', info))),
    ...namingOf(naming, certificate),
  ];
  const signature = sign('sha256', encodeDer(setOf(...attributes)), privateKey);
  const facts = certificateFacts(certificate);
  const signerInfo = sequence(
    ...[integer(1), sequence(fromEncoded(facts.issuer), fromEncoded(facts.serialNumber)), sha256],
    ...[taggedSetOf(0, ...attributes), sequence(objectIdentifier(OID.ecdsaWithSha256)), octetString(signature)],
  );
  const encapsulated = sequence(objectIdentifier(OID.tstInfo), tagged(0, octetString(info)));
  const certificates = taggedSetOf(0, ...[certificate, ...chain].map(fromEncoded));
  const signedData = sequence(integer(3), setOf(sha256), encapsulated, certificates, setOf(signerInfo));
  return encodeDer(sequence(objectIdentifier(OID.signedData), tagged(0, signedData)));
}

function namingOf(naming: Naming, certificate: Uint8Array): readonly Der[] {
  if (naming === 'nothing') return [];
  const named = naming.endsWith('-of-another') ? Uint8Array.of(1) : certificate;
  const [id, digest] = naming.startsWith('version-1')
    ? ([OID.signingCertificate, 'sha1'] as const)
    : ([OID.signingCertificateV2, 'sha256'] as const);
  return [attribute(id, sequence(sequence(sequence(octetString(digestOf(digest, named))))))];
}

function attribute(id: string, value: Der): Der {
  return sequence(objectIdentifier(id), setOf(value));
}
function digestOf(name: 'sha1' | 'sha256', bytes: Uint8Array): Uint8Array {
  return createHash(name).update(bytes).digest();
}
function generalizedTime(time: Date): Der {
  const text = `${time.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`;
  return fromEncoded(Buffer.concat([Uint8Array.of(0x18, text.length), Buffer.from(text, 'latin1')]));
}
