import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  hkdfSync,
  randomBytes,
  scrypt,
  type KeyObject,
} from 'node:crypto';
import { z } from 'zod';
import { sha256Schema } from '../audit/parse-entry.ts';
import { concat, fromUtf8, join, toBase64, utf8 } from '../bytes.ts';
import { canonicalBytes } from '../canonical-json.ts';
import type { RandomBytes } from '../cms/enveloped-data.ts';
import { sha256, type Sha256 } from '../digest.ts';
import { err, ok, type Result } from '../result.ts';

/**
 * An escrow key that two people open together (field 2.11, 14). Each has a passphrase of their own; each is stretched by
 * scrypt (RFC 7914) with a salt of its own, and HKDF-SHA-256 (RFC 5869) over both results gives the AES-256-GCM key under
 * which the PKCS#8 key lies. There is no layer that one of them could try alone: a guess at one passphrase is only ever
 * right or wrong together with the other. Names, salts and costs are authenticated.
 */
export interface TwoPersonKey {
  readonly type: 'countersign.two-person-key';
  readonly version: 1;
  /** scrypt: memory is 128 * n * r bytes. */
  readonly cost: ScryptCost;
  readonly holders: readonly [KeyHolder, KeyHolder];
  /** SHA-256 of the public key's SubjectPublicKeyInfo: which certificate the key belongs to. */
  readonly publicKey: Sha256;
  /** 12 bytes, base64. */
  readonly nonce: string;
  /** Ciphertext of the PKCS#8 DER, then the 16-byte tag; base64. */
  readonly sealed: string;
}
export interface KeyHolder {
  /** Who has this passphrase: written into the log when it is used. */
  readonly name: string;
  /** 16 bytes, base64. */
  readonly salt: string;
}
export interface ScryptCost {
  readonly n: number;
  readonly r: number;
  readonly p: number;
}

/** OWASP Password Storage: 128 MiB and about a third of a second for each passphrase. */
export const SCRYPT_COST: ScryptCost = { n: 2 ** 17, r: 8, p: 1 };
/** A file from outside must not ask for more than a gigabyte. */
const MOST_MEMORY = 2 ** 30;
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** What holds the only way to people's pen data is worth a sentence, not a word. */
export const SHORTEST_PASSPHRASE = 12;

export type ProtectProblem = 'passphrase-short' | 'passphrases-equal' | 'holders-equal' | 'key-unsuitable';
export type UnlockProblem = 'passphrases-wrong' | 'key-damaged';

/** Secrets are in the order of the holders. */
export type Passphrases = readonly [string, string];

/** Puts a private key under two passphrases. */
export async function protectKey(
  key: KeyObject,
  holders: readonly [string, string],
  passphrases: Passphrases,
  options: { readonly random?: RandomBytes; readonly cost?: ScryptCost } = {},
): Promise<Result<TwoPersonKey, ProtectProblem>> {
  const { random = randomBytes, cost = SCRYPT_COST } = options;
  if (key.type !== 'private' || key.asymmetricKeyType !== 'rsa') return err('key-unsuitable');
  if (passphrases.some((text) => text.normalize('NFC').length < SHORTEST_PASSPHRASE)) return err('passphrase-short');
  if (passphrases[0].normalize('NFC') === passphrases[1].normalize('NFC')) return err('passphrases-equal');
  if (holders[0].trim().toLowerCase() === holders[1].trim().toLowerCase()) return err('holders-equal');
  const holder = (name: string): KeyHolder => ({ name: name.trim(), salt: toBase64(random(SALT_BYTES)) });
  const head: Omit<TwoPersonKey, 'sealed'> = {
    type: 'countersign.two-person-key',
    version: 1,
    cost,
    holders: [holder(holders[0]), holder(holders[1])],
    publicKey: keyDigest(key),
    nonce: toBase64(random(NONCE_BYTES)),
  };
  const wrapping = await deriveKey(head, passphrases);
  const cipher = createCipheriv('aes-256-gcm', wrapping, Buffer.from(head.nonce, 'base64'));
  cipher.setAAD(canonicalBytes(head));
  const plain = key.export({ type: 'pkcs8', format: 'der' });
  const sealed = concat(cipher.update(plain), cipher.final(), cipher.getAuthTag());
  plain.fill(0);
  wrapping.fill(0);
  return ok({ ...head, sealed: toBase64(sealed) });
}

/** The private key, if both passphrases are right; which one is wrong cannot be told. */
export async function unlockKey(
  stored: TwoPersonKey,
  passphrases: Passphrases,
): Promise<Result<KeyObject, UnlockProblem>> {
  const { sealed, ...head } = stored;
  const wrapping = await deriveKey(head, passphrases);
  const bytes = Buffer.from(sealed, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', wrapping, Buffer.from(head.nonce, 'base64'), {
    authTagLength: TAG_BYTES,
  });
  wrapping.fill(0);
  decipher.setAAD(canonicalBytes(head)).setAuthTag(bytes.subarray(-TAG_BYTES));
  const plain = decipher.update(bytes.subarray(0, -TAG_BYTES));
  try {
    decipher.final();
    const key = createPrivateKey({ key: plain, format: 'der', type: 'pkcs8' });
    return keyDigest(key) === head.publicKey ? ok(key) : err('key-damaged');
  } catch {
    return err('passphrases-wrong');
  } finally {
    plain.fill(0);
  }
}

/** SHA-256 of the SubjectPublicKeyInfo. */
export function keyDigest(key: KeyObject): Sha256 {
  const own = key.type === 'private' ? createPublicKey(key) : key;
  return sha256(own.export({ type: 'spki', format: 'der' }));
}

async function deriveKey({ cost, holders }: Omit<TwoPersonKey, 'sealed'>, passphrases: Passphrases): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  // One after the other: each takes the memory that the cost says.
  for (const [i, { salt }] of holders.entries()) {
    parts.push(await stretch(passphrases[i] ?? '', Buffer.from(salt, 'base64'), cost));
  }
  const joined = join(parts);
  const key = Buffer.from(hkdfSync('sha256', joined, new Uint8Array(), utf8('countersign.two-person-key/1'), 32));
  for (const part of [...parts, joined]) part.fill(0);
  return key;
}

function stretch(passphrase: string, salt: Uint8Array, { n, r, p }: ScryptCost): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    // The same letters are typed differently on different systems.
    const secret = utf8(passphrase.normalize('NFC'));
    scrypt(secret, salt, 32, { N: n, r, p, maxmem: 2 * 128 * n * r }, (error, derived) => {
      if (error === null) resolve(derived);
      else reject(error);
    });
  });
}

const base64Of = (bytes: number): z.ZodType<string> =>
  z.base64().refine((text) => Buffer.from(text, 'base64').length === bytes, `not ${bytes} bytes`);
const holderSchema = z.strictObject({ name: z.string().trim().min(1).max(200), salt: base64Of(SALT_BYTES) });
const schema = z.strictObject({
  type: z.literal('countersign.two-person-key'),
  version: z.literal(1),
  cost: z
    .strictObject({ n: z.int().min(2), r: z.int().min(1).max(64), p: z.int().min(1).max(16) })
    .refine(({ n, r }) => Number.isInteger(Math.log2(n)) && 128 * n * r <= MOST_MEMORY, 'cost out of range'),
  holders: z.tuple([holderSchema, holderSchema]),
  publicKey: sha256Schema,
  nonce: base64Of(NONCE_BYTES),
  sealed: z.base64().min(100).max(20_000),
});

/** Null when the bytes are no such file. */
export function parseTwoPersonKey(bytes: Uint8Array): TwoPersonKey | null {
  try {
    const parsed = schema.safeParse(JSON.parse(fromUtf8(bytes)));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
