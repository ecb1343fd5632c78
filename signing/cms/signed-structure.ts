import { expectBits, expectSequence, expectUniversal, TAG, type DerValue } from './der-reader.ts';

/** What certificates, revocation lists and OCSP answers have in common: a value, an algorithm, a signature over the value. */
export interface SignedStructure {
  /** The bytes signed, with tag and length. */
  readonly signed: Uint8Array;
  readonly signatureAlgorithm: DerValue;
  readonly signature: Uint8Array;
}

/** From the first three members; what follows is the caller's. @throws DerError */
export function readSigned(members: readonly DerValue[]): SignedStructure {
  const [value, algorithm, signature] = members;
  return {
    signed: expectUniversal(value, TAG.sequence).encoded,
    signatureAlgorithm: expectUniversal(algorithm, TAG.sequence),
    signature: expectBits(signature),
  };
}

/** Extensions (RFC 5280 4.1): id, criticality, value; each id once is for the reader of one to see. @throws DerError */
export interface Extension {
  readonly id: DerValue;
  readonly critical: boolean;
  /** OCTET STRING. */
  readonly value: DerValue;
}

export function readExtensionList(list: DerValue | undefined): readonly Extension[] {
  return expectSequence(list).map((extension) => {
    const [id, ...rest] = expectSequence(extension);
    const value = expectUniversal(rest.at(-1), TAG.octetString);
    return { id: expectUniversal(id, TAG.oid), critical: rest.length > 1 && rest[0]?.content[0] === 0xff, value };
  });
}
