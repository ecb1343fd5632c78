import { constants, createCipheriv, publicEncrypt, randomBytes, X509Certificate } from 'node:crypto';
import { certificateFacts } from './certificate-facts.ts';
import {
  encodeDer,
  fromEncoded,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  setOf,
  tagged,
  taggedPrimitive,
  type Der,
} from './der.ts';
import { OID } from './oids.ts';

/**
 * CMS AuthEnvelopedData (RFC 5083) with AES-256-GCM (RFC 5084) and RSAES-OAEP/SHA-256 (RFC 3560). No authenticated
 * attributes: OpenSSL 3.0 cannot parse them, and an escrow holder must get by with `openssl cms -decrypt`.
 */
export const GCM_NONCE_BYTES = 12;
export const GCM_TAG_BYTES = 16;

/** Source of randomness: `n` fresh bytes. Injected so that tests can repeat a message. */
export type RandomBytes = (count: number) => Uint8Array;

/**
 * Encrypts to each certificate's RSA key; whoever has one of the private keys opens it.
 * @param recipients DER certificates, at least one, each once.
 * @throws RangeError for no recipient, one twice, or a key that is not RSA of 2048 bits or more.
 */
export function encryptFor(
  content: Uint8Array,
  recipients: readonly Uint8Array[],
  random: RandomBytes = randomBytes,
): Uint8Array {
  if (recipients.length === 0) throw new RangeError('no recipient');
  const key = random(32);
  const nonce = random(GCM_NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: GCM_TAG_BYTES });
  const ciphertext = Buffer.concat([cipher.update(content), cipher.final()]);
  const infos = recipients.map((certificate) => keyTransRecipient(certificate, key));
  key.fill(0);
  if (new Set(infos.map(({ identity }) => identity)).size !== infos.length) throw new RangeError('recipient twice');
  const gcm = sequence(objectIdentifier(OID.aes256Gcm), sequence(octetString(nonce), integer(GCM_TAG_BYTES)));
  const authEnvelopedData = sequence(
    integer(0),
    setOf(...infos.map(({ info }) => info)),
    sequence(objectIdentifier(OID.data), gcm, taggedPrimitive(0, ciphertext)),
    octetString(cipher.getAuthTag()),
  );
  return encodeDer(sequence(objectIdentifier(OID.authEnvelopedData), tagged(0, authEnvelopedData)));
}

function keyTransRecipient(certificate: Uint8Array, key: Uint8Array): { identity: string; info: Der } {
  const { publicKey } = new X509Certificate(certificate);
  if (publicKey.asymmetricKeyType !== 'rsa' || (publicKey.asymmetricKeyDetails?.modulusLength ?? 0) < 2048) {
    throw new RangeError('a recipient needs an RSA key of 2048 bits or more');
  }
  const facts = certificateFacts(certificate);
  const issuerAndSerial = sequence(fromEncoded(facts.issuer), fromEncoded(facts.serialNumber));
  const encrypted = publicEncrypt(
    { key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
    key,
  );
  return {
    identity: Buffer.from(encodeDer(issuerAndSerial)).toString('hex'),
    info: sequence(integer(0), issuerAndSerial, oaepSha256(), octetString(encrypted)),
  };
}

/** RSAES-OAEP-params with SHA-256 in both places: absent members would mean SHA-1 (RFC 8017 A.2.1). */
function oaepSha256(): Der {
  const sha256 = (): Der => sequence(objectIdentifier(OID.sha256));
  const mgf = sequence(objectIdentifier(OID.mgf1), sha256());
  return sequence(objectIdentifier(OID.rsaesOaep), sequence(tagged(0, sha256()), tagged(1, mgf)));
}
