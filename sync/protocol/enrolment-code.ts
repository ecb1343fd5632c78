import { createHmac, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { concat, utf8 } from '../../signing/bytes.ts';
import { sha256, type Sha256 } from '../../signing/digest.ts';
import { err, ok, type Result } from '../../signing/result.ts';

/**
 * The one-time code by which a new kiosk gets its certificates: five groups of five characters that a person types.
 *
 * 80 random bits, 40 bits that recognise the cloud, one check character. The code never travels: it is the seed of an
 * Ed25519 key that signs the kiosk's request, and the cloud keeps the public half only. So neither who listens nor who reads
 * the cloud's database can use it, and a false cloud in between cannot put keys of its own in the place of the kiosk's.
 *
 * The 40 bits are an HMAC over the thumbprint of the cloud's receipt key, keyed with the 80: a false cloud cannot look for a
 * key that fits, as it never learns what it has to fit; it has one guess for each time that a person types the code.
 */
export interface EnrolmentCode {
  /** As it is shown: `XXXXX-XXXXX-XXXXX-XXXXX-XXXXX`. */
  readonly text: string;
  /** Signs the one request. */
  readonly key: KeyObject;
  /** What the cloud finds it by, and keeps instead of it. */
  readonly lookup: Sha256;
  /** Whether this thumbprint (RFC 7638) is that of the receipt key of the cloud that made the code. */
  isOf(thumbprint: string): boolean;
}

export type CodeProblem =
  /** Too long, too short, or with characters that no code has. */
  | 'shape'
  /** One character is wrong, or two have changed places. */
  | 'check';

/** Crockford's: no I, L, O, U; reading takes I and L for 1, and O for 0. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const SECRET = 16;
const CLOUD = 8;
const LENGTH = SECRET + CLOUD + 1;
export const CODE_SECRET_BYTES = (SECRET * 5) / 8;

/** @param random 10 octets */
export function makeEnrolmentCode(random: Uint8Array, thumbprint: string): EnrolmentCode {
  if (random.length !== CODE_SECRET_BYTES) throw new RangeError('a code is made of 10 octets');
  const secret = toText(random, SECRET);
  const body = secret + cloudMark(secret, thumbprint);
  return codeOf(body + checkCharacter(body));
}

/** Reads what a person typed: spaces, hyphens and case do not matter. */
export function readEnrolmentCode(typed: string): Result<EnrolmentCode, CodeProblem> {
  const text = typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\-–—]/gu, '')
    .replaceAll(/[IL]/g, '1')
    .replaceAll('O', '0');
  if (text.length !== LENGTH || Array.from(text).some((character) => !ALPHABET.includes(character)))
    return err('shape');
  return checkCharacter(text.slice(0, -1)) === text.at(-1) ? ok(codeOf(text)) : err('check');
}

/** The public half, as the cloud keeps it: 32 octets, base64url. */
export function codePublicKey(code: EnrolmentCode): string {
  return String(createPublicKey(code.key).export({ format: 'jwk' }).x);
}

export function codeVerifier(publicKey: string): KeyObject {
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
}

function codeOf(text: string): EnrolmentCode {
  const secret = text.slice(0, SECRET);
  const seed = Buffer.from(sha256(utf8('countersign.enrolment-code/1\n'), utf8(secret)), 'hex');
  const key = createPrivateKey({ key: Buffer.from(concat(PKCS8_ED25519, seed)), format: 'der', type: 'pkcs8' });
  const shown = text.match(/.{5}/g) ?? [];
  return {
    text: shown.join('-'),
    key,
    lookup: sha256(utf8('countersign.enrolment-lookup/1\n'), utf8(secret)),
    isOf: (thumbprint) => cloudMark(secret, thumbprint) === text.slice(SECRET, SECRET + CLOUD),
  };
}

/** PrivateKeyInfo of RFC 8410 up to the seed. */
const PKCS8_ED25519 = Uint8Array.from(Buffer.from('302e020100300506032b657004220420', 'hex'));

function cloudMark(secret: string, thumbprint: string): string {
  const mac = createHmac('sha256', secret).update(`countersign.enrolment-cloud/1\n${thumbprint}`).digest();
  return toText(mac.subarray(0, (CLOUD * 5) / 8), CLOUD);
}

/** Big-endian, five bits a character. */
function toText(bytes: Uint8Array, length: number): string {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return Array.from({ length }, (_, i) => ALPHABET[Number((value >> BigInt(5 * (length - 1 - i))) & 31n)]).join('');
}

/** Luhn's rule in base 32: finds every single wrong character, and neighbours that changed places but for 0 and Z. */
function checkCharacter(body: string): string {
  let sum = 0;
  Array.from(body)
    .reverse()
    .forEach((character, place) => {
      const value = ALPHABET.indexOf(character) * (place % 2 === 0 ? 2 : 1);
      sum += Math.floor(value / 32) + (value % 32);
    });
  return ALPHABET[(32 - (sum % 32)) % 32] ?? '';
}
