import {
  constants,
  createDecipheriv,
  createPublicKey,
  privateDecrypt,
  X509Certificate,
  type KeyObject,
} from 'node:crypto';
import { equalBytes } from '../bytes.ts';
import { certificateFacts } from './certificate-facts.ts';
import {
  DerError,
  TAG,
  checkSetOrder,
  expectInteger,
  expectOctets,
  expectOid,
  expectSequence,
  expectUniversal,
  isContext,
  readDer,
  type DerValue,
} from './der-reader.ts';
import { GCM_NONCE_BYTES, GCM_TAG_BYTES } from './enveloped-data.ts';
import { OID } from './oids.ts';

/** Opens what `encryptFor` writes, and other writers' messages of the same kind (with authAttrs too). */
export type EnvelopeErrorCode =
  | 'not-der'
  | 'not-auth-enveloped'
  | 'algorithm-unsupported'
  | 'malformed'
  | 'key-unsuitable'
  | 'no-recipient-for-key'
  | 'authentication-failed';

/** Recipients are few; each that is tried costs an operation with the private key. */
const MAX_RECIPIENTS = 32;

/** `message` says no more than the code: a decryption failure tells little outward. */
export class EnvelopeError extends Error {
  readonly code: EnvelopeErrorCode;
  constructor(code: EnvelopeErrorCode) {
    super(`sealed data could not be opened: ${code}`);
    this.name = 'EnvelopeError';
    this.code = code;
  }
}

export interface EnvelopeRecipient {
  /** IssuerAndSerialNumber as DER; null when named by key identifier. */
  readonly issuerAndSerial: Uint8Array | null;
  readonly keyIdentifier: Uint8Array | null;
  readonly encryptedKey: Uint8Array;
}

export interface ParsedEnvelope {
  readonly recipients: readonly EnvelopeRecipient[];
  readonly nonce: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly tag: Uint8Array;
  /** Additional authenticated data: empty, or the DER of authAttrs as a SET. */
  readonly aad: Uint8Array;
}

/**
 * The content, released only after its tag was checked. With `certificate` the recipient is found by issuer and
 * serial (or key identifier), else each recipient is tried.
 * @throws EnvelopeError
 */
export function openEnveloped(der: Uint8Array, key: KeyObject, certificate?: Uint8Array): Uint8Array {
  const envelope = parseEnvelope(der);
  if (key.type !== 'private' || key.asymmetricKeyType !== 'rsa') throw new EnvelopeError('key-unsuitable');
  // A recipient that is named is the right one: whatever is wrong with its key, the answer and the work are the same.
  let opened = false;
  for (const recipient of candidates(envelope, key, certificate)) {
    const contentKey = unwrap(recipient, key);
    if (contentKey === null) {
      opened ||= certificate !== undefined;
      // As much work as with a key, and never an answer.
      decrypt(envelope, new Uint8Array(32))?.fill(0);
      continue;
    }
    opened = true;
    const content = decrypt(envelope, contentKey);
    contentKey.fill(0);
    if (content !== null) return content;
  }
  throw new EnvelopeError(opened ? 'authentication-failed' : 'no-recipient-for-key');
}

/** Structure alone, no key needed. @throws EnvelopeError */
export function parseEnvelope(der: Uint8Array): ParsedEnvelope {
  let root: DerValue;
  try {
    root = readDer(der);
  } catch (error) {
    if (error instanceof DerError) throw new EnvelopeError('not-der');
    throw error;
  }
  try {
    return parseContentInfo(root);
  } catch (error) {
    if (error instanceof DerError) throw new EnvelopeError('malformed');
    throw error;
  }
}

function parseContentInfo(root: DerValue): ParsedEnvelope {
  const [type, wrapper, more] = expectSequence(root);
  if (expectOid(type) !== OID.authEnvelopedData) throw new EnvelopeError('not-auth-enveloped');
  if (!isContext(wrapper, 0) || wrapper.children.length !== 1 || more !== undefined) malformed();
  const [version, recipientInfos, contentInfo, ...rest] = expectSequence(wrapper.children[0]);
  if (expectInteger(version) !== 0) malformed();
  const attributes = isContext(rest[0], 1) ? rest[0] : null;
  const [mac, extra] = attributes === null ? rest : rest.slice(1);
  // Unauthenticated attributes are nobody's statement: not accepted.
  if (extra !== undefined) malformed();
  const tag = expectOctets(mac);
  if (tag.length !== GCM_TAG_BYTES) throw new EnvelopeError('algorithm-unsupported');
  // Some writers leave the SET unsorted; recipients are found by name, never by position.
  const recipients = expectUniversal(recipientInfos, TAG.set).children;
  if (recipients.length > MAX_RECIPIENTS) malformed();
  return {
    recipients: recipients.map(parseRecipient),
    ...parseContent(contentInfo),
    tag,
    aad: attributes === null ? new Uint8Array() : asSet(attributes),
  };
}

function parseContent(contentInfo: DerValue | undefined): { nonce: Uint8Array; ciphertext: Uint8Array } {
  const [contentType, algorithm, encrypted, extra] = expectSequence(contentInfo);
  const [id, parameters] = expectSequence(algorithm);
  const [nonceValue, tagLength] = expectSequence(parameters);
  if (expectOid(id) !== OID.aes256Gcm || expectOid(contentType) !== OID.data) {
    throw new EnvelopeError('algorithm-unsupported');
  }
  const nonce = expectOctets(nonceValue);
  // ICVlen DEFAULT 12: absent means a shorter tag than is accepted here.
  if (nonce.length !== GCM_NONCE_BYTES || tagLength === undefined || expectInteger(tagLength) !== GCM_TAG_BYTES) {
    throw new EnvelopeError('algorithm-unsupported');
  }
  if (!isContext(encrypted, 0) || encrypted.constructed || extra !== undefined) malformed();
  return { nonce, ciphertext: encrypted.content };
}

function parseRecipient(info: DerValue): EnvelopeRecipient {
  const [version, identifier, algorithm, encryptedKey, extra] = expectSequence(info);
  if (identifier === undefined || extra !== undefined) malformed();
  checkOaep(algorithm);
  const byKey = isContext(identifier, 0);
  if (expectInteger(version) !== (byKey ? 2 : 0)) malformed();
  if (!byKey) expectSequence(identifier);
  return {
    issuerAndSerial: byKey ? null : identifier.encoded,
    keyIdentifier: byKey ? identifier.content : null,
    encryptedKey: expectOctets(encryptedKey),
  };
}

/** RSAES-OAEP with SHA-256 twice and no label; a NULL beside the hash is accepted (formats 3.4). */
function checkOaep(algorithm: DerValue | undefined): void {
  const [id, parameters] = expectSequence(algorithm);
  const [hash, mask, extra] = parameters === undefined ? [] : expectSequence(parameters);
  if (expectOid(id) !== OID.rsaesOaep || !isContext(hash, 0) || !isContext(mask, 1) || extra !== undefined) {
    throw new EnvelopeError('algorithm-unsupported');
  }
  const [maskId, maskHash] = expectSequence(mask.children[0]);
  if (expectOid(maskId) !== OID.mgf1 || !isSha256(hash.children[0]) || !isSha256(maskHash)) {
    throw new EnvelopeError('algorithm-unsupported');
  }
}

function isSha256(value: DerValue | undefined): boolean {
  const [id, parameters] = expectSequence(value);
  return expectOid(id) === OID.sha256 && (parameters === undefined || parameters.tag === TAG.null);
}

/** RFC 5083 2.2: the AAD is the attributes' DER as a SET OF, not as the [1] they are stored under. */
function asSet(attributes: DerValue): Uint8Array {
  checkSetOrder(attributes.children);
  // A copy: `slice` of a Buffer would be a view of the caller's bytes.
  const set = new Uint8Array(attributes.encoded);
  set[0] = 0x31;
  return set;
}

function candidates(
  { recipients }: ParsedEnvelope,
  key: KeyObject,
  certificate: Uint8Array | undefined,
): readonly EnvelopeRecipient[] {
  if (certificate === undefined) return recipients;
  if (!new X509Certificate(certificate).publicKey.equals(createPublicKey(key)))
    throw new EnvelopeError('key-unsuitable');
  const facts = certificateFacts(certificate);
  return recipients.filter(({ issuerAndSerial, keyIdentifier }) => {
    if (issuerAndSerial !== null) {
      const [issuer, serial] = expectSequence(readDer(issuerAndSerial));
      return (
        issuer !== undefined &&
        serial !== undefined &&
        equalBytes(issuer.encoded, facts.issuer) &&
        equalBytes(serial.encoded, facts.serialNumber)
      );
    }
    return (
      keyIdentifier !== null &&
      facts.subjectKeyIdentifier !== null &&
      equalBytes(keyIdentifier, facts.subjectKeyIdentifier)
    );
  });
}

function unwrap(recipient: EnvelopeRecipient, key: KeyObject): Uint8Array | null {
  try {
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    const contentKey = privateDecrypt({ key, padding, oaepHash: 'sha256' }, recipient.encryptedKey);
    return contentKey.length === 32 ? contentKey : null;
  } catch {
    return null;
  }
}

function decrypt({ nonce, ciphertext, tag, aad }: ParsedEnvelope, contentKey: Uint8Array): Uint8Array | null {
  const decipher = createDecipheriv('aes-256-gcm', contentKey, nonce, { authTagLength: GCM_TAG_BYTES });
  decipher.setAAD(aad).setAuthTag(tag);
  const content = decipher.update(ciphertext);
  try {
    decipher.final();
    return content;
  } catch {
    content.fill(0);
    return null;
  }
}

function malformed(): never {
  throw new EnvelopeError('malformed');
}
