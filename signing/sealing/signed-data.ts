import { createHash } from 'node:crypto';
import { certificateFacts } from '../cms/certificate-facts.ts';
import {
  encodeDer,
  fromEncoded,
  integer,
  nullValue,
  objectIdentifier,
  octetString,
  sequence,
  setOf,
  tagged,
  taggedSetOf,
  time,
  type Der,
} from '../cms/der.ts';
import { OID } from '../cms/oids.ts';
import type { Signer } from './signer.ts';

/**
 * Detached CMS SignedData (RFC 5652) with one SignerInfo, at baseline B: `pades` as ETSI EN 319 142-1 wants it in
 * a PDF (no signing-time, /M says it), `cades` as EN 319 122-1 wants it in a container (signing-time required).
 * Left out: unsigned attributes, algorithm protection, CRLs.
 */
export type SignedDataInput =
  | { readonly profile: 'pades'; readonly digest: Uint8Array; readonly signer: Signer }
  | { readonly profile: 'cades'; readonly digest: Uint8Array; readonly signer: Signer; readonly signingTime: Date };

/** DER of the ContentInfo. `digest` is SHA-256 of the detached content, 32 bytes. */
export async function buildSignedData(input: SignedDataInput): Promise<Uint8Array> {
  const { digest, signer } = input;
  const [own] = signer.chain;
  if (digest.length !== 32 || own === undefined) throw new RangeError('digest or signer certificate missing');
  const facts = certificateFacts(own);
  const attributes = [
    attribute(OID.contentType, objectIdentifier(OID.data)),
    attribute(OID.messageDigest, octetString(digest)),
    attribute(OID.signingCertificateV2, signingCertificateV2(own)),
    ...(input.profile === 'cades' ? [attribute(OID.signingTime, time(input.signingTime))] : []),
  ];
  // What is signed is the SET OF, not the [0] it is stored under (RFC 5652 5.4).
  const signature = await signer.sign(encodeDer(setOf(...attributes)));
  const sha256 = sequence(objectIdentifier(OID.sha256));
  const signerInfo = sequence(
    integer(1),
    sequence(fromEncoded(facts.issuer), fromEncoded(facts.serialNumber)),
    sha256,
    taggedSetOf(0, ...attributes),
    signatureAlgorithmOf(signer),
    octetString(signature),
  );
  const signedData = sequence(
    integer(1),
    setOf(sha256),
    sequence(objectIdentifier(OID.data)),
    taggedSetOf(0, ...signer.chain.map(fromEncoded)),
    setOf(signerInfo),
  );
  return encodeDer(sequence(objectIdentifier(OID.signedData), tagged(0, signedData)));
}

function attribute(id: string, value: Der): Der {
  return sequence(objectIdentifier(id), setOf(value));
}

/** RFC 5035 ESSCertIDv2; SHA-256 is the default, so DER leaves the algorithm out. */
function signingCertificateV2(certificate: Uint8Array): Der {
  const { issuer, serialNumber } = certificateFacts(certificate);
  // GeneralNames of one directoryName [4], which is explicit because Name is a CHOICE.
  const issuerSerial = sequence(sequence(tagged(4, fromEncoded(issuer))), fromEncoded(serialNumber));
  const certHash = octetString(createHash('sha256').update(certificate).digest());
  return sequence(sequence(sequence(certHash, issuerSerial)));
}

/** RFC 5754 3.2: sha256WithRSAEncryption with NULL; ecdsa-with-SHA256 without parameters. */
function signatureAlgorithmOf(signer: Signer): Der {
  return signer.algorithm === 'rsa-sha256'
    ? sequence(objectIdentifier(OID.sha256WithRsa), nullValue())
    : sequence(objectIdentifier(OID.ecdsaWithSha256));
}
