/**
 * Certificate revocation lists (RFC 5280 5): issuing complete ones, reading any. Whether a list may be believed is judged
 * in `verification/crl.ts`. Left out: delta lists, indirect lists (their critical extensions are told to the judge).
 */
import { sign, type KeyObject } from 'node:crypto';
import { equalBytes } from '../bytes.ts';
import type { Result } from '../result.ts';
import { certificateFacts } from './certificate-facts.ts';
import { signatureAlgorithm } from './certificates.ts';
import {
  bitString,
  encodeDer,
  fromEncoded,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  tagged,
  taggedPrimitive,
  time,
  type Der,
} from './der.ts';
import {
  DerError,
  TAG,
  expectEnumerated,
  expectInteger,
  expectOctets,
  expectOid,
  expectOnly,
  expectSequence,
  expectTime,
  expectUniversal,
  isContext,
  readDer,
  type DerValue,
} from './der-reader.ts';
import { OID } from './oids.ts';
import { readStrictly, type Malformed } from './read-strictly.ts';
import { readExtensionList, readSigned, type SignedStructure } from './signed-structure.ts';

export interface RevokedEntry {
  readonly at: Date;
  /** CRLReason (5.3.1); null when not said. */
  readonly reason: number | null;
  readonly criticalExtension: boolean;
}

/** Nothing here was verified. */
export interface RevocationList extends SignedStructure {
  /** Name as its DER SEQUENCE. */
  readonly issuer: Uint8Array;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date | null;
  /** Dotted OIDs of critical extensions of the list. */
  readonly critical: readonly string[];
  /** The entry for a serial number (INTEGER with tag and length), null when it is not listed. @throws DerError */
  find(serialNumber: Uint8Array): RevokedEntry | null;
}

/** DER of a CertificateList. Entries are read when they are looked for: lists are long. */
export function parseCrl(bytes: Uint8Array): Result<RevocationList, Malformed> {
  return readStrictly('revocation list', () => {
    const outer = expectSequence(readDer(bytes));
    if (outer.length !== 3) throw new DerError('unexpected-type', 'not value, algorithm and signature');
    const members = [...expectSequence(outer[0])];
    if (members[0]?.tag === TAG.integer && expectInteger(members.shift()) !== 1) {
      throw new DerError('unexpected-type', 'a version nobody knows');
    }
    const [inner, issuer, thisUpdate, ...rest] = members;
    const signed = readSigned(outer);
    if (!equalBytes(expectUniversal(inner, TAG.sequence).encoded, signed.signatureAlgorithm.encoded)) {
      throw new DerError('unexpected-type', 'two signature algorithms');
    }
    const nextUpdate = isTime(rest[0]) ? rest.shift() : undefined;
    const revoked = rest[0]?.tagClass === 'universal' ? expectSequence(rest.shift()) : [];
    const wrapped = isContext(rest[0], 0) ? rest.shift() : undefined;
    if (rest.length > 0) throw new DerError('unexpected-type', 'members nobody knows');
    const extensions = wrapped === undefined ? [] : readExtensionList(expectOnly(wrapped));
    return {
      ...signed,
      issuer: expectUniversal(issuer, TAG.sequence).encoded,
      thisUpdate: expectTime(thisUpdate),
      nextUpdate: nextUpdate === undefined ? null : expectTime(nextUpdate),
      critical: extensions
        .map(({ id, critical }) => ({ id: expectOid(id), critical }))
        .flatMap(({ id, critical }) => (critical || SCOPE.has(id) ? [id] : [])),
      find: (serialNumber) => {
        const found = revoked.find(({ children: [serial] }) => equalBytes(serial?.encoded ?? NOTHING, serialNumber));
        return found === undefined ? null : readEntry(found);
      },
    };
  });
}

/** issuingDistributionPoint and deltaCRLIndicator (5.2.4, 5.2.5): a list that leaves others' entries out, marked critical or not. */
const SCOPE: ReadonlySet<string> = new Set(['2.5.29.28', '2.5.29.27']);

const NOTHING = new Uint8Array();

function isTime(value: DerValue | undefined): boolean {
  return value?.tagClass === 'universal' && (value.tag === TAG.utcTime || value.tag === TAG.generalizedTime);
}

function readEntry(entry: DerValue): RevokedEntry {
  const [, at, list] = expectSequence(entry);
  const extensions = list === undefined ? [] : readExtensionList(list);
  const reason = extensions.find(({ id }) => expectOid(id) === OID.crlReason);
  return {
    at: expectTime(at),
    reason: reason === undefined ? null : expectEnumerated(readDer(expectOctets(reason.value))),
    criticalExtension: extensions.some(({ critical }) => critical),
  };
}

export interface CrlToIssue {
  /** Certificate and key of the authority: RSA or P-256. */
  readonly issuer: { readonly certificate: Uint8Array; readonly privateKey: KeyObject };
  /** Rises with each list. */
  readonly number: number;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  readonly revoked: readonly { readonly certificate: Uint8Array; readonly at: Date }[];
}

/** A complete version 2 list, DER. @throws RangeError for a key that does not sign here */
export function issueCrl({ issuer, number, thisUpdate, nextUpdate, revoked }: CrlToIssue): Uint8Array {
  const facts = certificateFacts(issuer.certificate);
  const algorithm = signatureAlgorithm(issuer.privateKey);
  const entries = revoked.map(({ certificate, at }) =>
    sequence(fromEncoded(certificateFacts(certificate).serialNumber), time(at)),
  );
  const key = facts.subjectKeyIdentifier;
  const extension = (id: string, value: Der): Der => sequence(objectIdentifier(id), octetString(encodeDer(value)));
  const tbs = sequence(
    integer(1),
    algorithm,
    fromEncoded(facts.subject),
    time(thisUpdate),
    time(nextUpdate),
    ...(entries.length === 0 ? [] : [sequence(...entries)]),
    tagged(
      0,
      sequence(
        ...(key === null ? [] : [extension(OID.authorityKeyIdentifier, sequence(taggedPrimitive(0, key)))]),
        extension(OID.crlNumber, integer(number)),
      ),
    ),
  );
  return encodeDer(sequence(tbs, algorithm, bitString(sign('sha256', encodeDer(tbs), issuer.privateKey))));
}
