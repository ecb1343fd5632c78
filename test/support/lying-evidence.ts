/**
 * Answers that an honest authority would not give, each well formed and well signed but for the lie it is told to tell: OCSP
 * (RFC 6960), revocation lists (RFC 5280) and time-stamps (RFC 3161).
 */
import { createHash, createPublicKey, sign, type KeyObject } from 'node:crypto';
import type forge from 'node-forge';
import { certificateFacts } from '../../signing/cms/certificate-facts.ts';
import {
  bitString,
  booleanTrue,
  encodeDer,
  fromEncoded,
  integer,
  nullValue,
  objectIdentifier,
  octetString,
  sequence,
  setOf,
  tagged,
  taggedPrimitive,
  taggedSetOf,
  unsignedInteger,
  type Der,
} from '../../signing/cms/der.ts';
import { expectBits, expectSequence, readDer } from '../../signing/cms/der-reader.ts';
import { OID } from '../../signing/cms/oids.ts';
import type { KeyAndCertificate } from './seal-fixtures.ts';

const hash = (name: string, bytes: Uint8Array): Buffer => createHash(name).update(bytes).digest();
const ecdsa = (): Der => sequence(objectIdentifier(OID.ecdsaWithSha256));
const signed = (value: Der, key: KeyObject): readonly Der[] => [
  ...[value, ecdsa()],
  bitString(sign('sha256', encodeDer(value), key)),
];
/** GeneralizedTime, whole seconds. */
const moment = (date: Date): Der => {
  const text = `${date.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`;
  return fromEncoded(Buffer.concat([Buffer.from([0x18, text.length]), Buffer.from(text)]));
};
const enumerated = (value: number): Der => fromEncoded(Uint8Array.of(0x0a, 1, value));
export const extension = (id: string, critical: boolean, value: Der): Der =>
  sequence(objectIdentifier(id), ...(critical ? [booleanTrue()] : []), octetString(encodeDer(value)));
function keyBits(certificate: Uint8Array): Uint8Array {
  const { publicKey } = { publicKey: createPublicKey({ key: pem(certificate), format: 'pem' }) };
  return expectBits(expectSequence(readDer(publicKey.export({ type: 'spki', format: 'der' })))[1]);
}
const pem = (der: Uint8Array): string =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE-----\n`;

export interface OcspLie {
  readonly subject: Uint8Array;
  readonly issuer: Uint8Array;
  readonly by: KeyAndCertificate;
  /** In the answer, for a delegate. */
  readonly certificates?: readonly Uint8Array[];
  readonly status?: 'good' | 'unknown';
  readonly thisUpdate: Date;
  readonly nextUpdate: Date | null;
  readonly nonce?: Uint8Array;
  readonly extensions?: readonly Der[];
  /** How often the certificate is spoken of. */
  readonly times?: number;
}

export function ocspAnswer(lie: OcspLie): Uint8Array {
  const subject = certificateFacts(lie.subject);
  const issuer = certificateFacts(lie.issuer);
  const certId = sequence(
    sequence(objectIdentifier(OID.sha1), nullValue()),
    octetString(hash('sha1', issuer.subject)),
    octetString(hash('sha1', keyBits(lie.issuer))),
    fromEncoded(subject.serialNumber),
  );
  const single = sequence(
    certId,
    taggedPrimitive(lie.status === 'unknown' ? 2 : 0, new Uint8Array()),
    moment(lie.thisUpdate),
    ...(lie.nextUpdate === null ? [] : [tagged(0, moment(lie.nextUpdate))]),
  );
  const extensions = [
    ...(lie.nonce === undefined ? [] : [extension(OID.ocspNonce, false, octetString(lie.nonce))]),
    ...(lie.extensions ?? []),
  ];
  const data = sequence(
    tagged(1, fromEncoded(certificateFacts(lie.by.certificate).subject)),
    moment(lie.thisUpdate),
    sequence(...Array.from({ length: lie.times ?? 1 }, () => single)),
    ...(extensions.length === 0 ? [] : [tagged(1, sequence(...extensions))]),
  );
  const certificates = (lie.certificates ?? []).map(fromEncoded);
  const basic = sequence(
    ...signed(data, lie.by.privateKey),
    ...(certificates.length === 0 ? [] : [tagged(0, sequence(...certificates))]),
  );
  const bytes = sequence(objectIdentifier(OID.ocspBasic), octetString(encodeDer(basic)));
  return encodeDer(sequence(enumerated(0), tagged(0, bytes)));
}

export interface CrlLie {
  /** Whose name the list bears. */
  readonly issuer: Uint8Array;
  readonly key: KeyObject;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  readonly extensions?: readonly Der[];
}

export function revocationList(lie: CrlLie): Uint8Array {
  const list = sequence(
    integer(1),
    ecdsa(),
    fromEncoded(certificateFacts(lie.issuer).subject),
    moment(lie.thisUpdate),
    moment(lie.nextUpdate),
    tagged(0, sequence(extension(OID.crlNumber, false, integer(7)), ...(lie.extensions ?? []))),
  );
  return encodeDer(sequence(...signed(list, lie.key)));
}

export interface StampLie {
  readonly by: KeyAndCertificate;
  readonly certificates: readonly Uint8Array[];
  readonly digest: Uint8Array;
  readonly imprint?: string;
  readonly nonce: Uint8Array | null;
  readonly time: Date;
  /** PKIStatus; 0 granted, 1 with modifications. */
  readonly status?: number;
  /** Seconds. */
  readonly accuracy?: number;
  readonly extensions?: readonly Der[];
}

/** TimeStampResp with a token by `by`. */
export function stampAnswer(lie: StampLie): Uint8Array {
  const info = encodeDer(
    sequence(
      integer(1),
      objectIdentifier('1.2.3.4.1'),
      sequence(sequence(objectIdentifier(lie.imprint ?? OID.sha256), nullValue()), octetString(lie.digest)),
      integer(9),
      moment(lie.time),
      ...(lie.accuracy === undefined ? [] : [sequence(integer(lie.accuracy))]),
      ...(lie.nonce === null ? [] : [unsignedInteger(lie.nonce)]),
      ...(lie.extensions === undefined ? [] : [tagged(1, ...lie.extensions)]),
    ),
  );
  const facts = certificateFacts(lie.by.certificate);
  const own = sequence(sequence(sequence(octetString(hash('sha256', lie.by.certificate)))));
  const attributes = [
    sequence(objectIdentifier(OID.contentType), setOf(objectIdentifier(OID.tstInfo))),
    sequence(objectIdentifier(OID.messageDigest), setOf(octetString(hash('sha256', info)))),
    sequence(objectIdentifier(OID.signingCertificateV2), setOf(own)),
  ];
  const sha256 = sequence(objectIdentifier(OID.sha256));
  const signerInfo = sequence(
    ...[integer(1), sequence(fromEncoded(facts.issuer), fromEncoded(facts.serialNumber)), sha256],
    ...[taggedSetOf(0, ...attributes), ecdsa()],
    octetString(sign('sha256', encodeDer(setOf(...attributes)), lie.by.privateKey)),
  );
  const signedData = sequence(
    ...[integer(3), setOf(sha256)],
    sequence(objectIdentifier(OID.tstInfo), tagged(0, octetString(info))),
    ...[taggedSetOf(0, ...lie.certificates.map(fromEncoded)), setOf(signerInfo)],
  );
  const token = sequence(objectIdentifier(OID.signedData), tagged(0, signedData));
  return encodeDer(sequence(sequence(integer(lie.status ?? 0)), token));
}

/** The certificate with its extensions changed, certified again. @param alter over Extension values, in order */
export function recertified(
  certificate: Uint8Array,
  issuer: KeyObject,
  alter: (extensions: readonly Der[]) => readonly Der[],
): Uint8Array {
  const tbs = children(fromEncoded(certificate))[0]!;
  const parts = children(tbs);
  const old = children(children(parts.at(-1)!)[0]!);
  const changed = sequence(...parts.slice(0, -1), tagged(3, sequence(...alter(old))));
  return encodeDer(sequence(...signed(changed, issuer)));
}

function children({ value }: Der): readonly forge.asn1.Asn1[] {
  if (!Array.isArray(value)) throw new Error('no members');
  return value;
}
