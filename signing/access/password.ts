import { argon2, timingSafeEqual } from 'node:crypto';
import { err, ok, type Result } from '../result.ts';
import { systemRandom, type RandomBytes } from './session.ts';

/**
 * Argon2id (RFC 9106) over a PIN or password, kept as a PHC string:
 * `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>` with unpadded base64.
 */
export interface Argon2Cost {
  /** KiB. */
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}
export interface Verifier extends Argon2Cost {
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
}

/** OWASP Password Storage: 19 MiB, two passes, one lane; about 50 ms on a counter PC. */
export const ARGON2_COST: Argon2Cost = { memory: 19_456, passes: 2, parallelism: 1 };
/** A stored string from outside must not make the kiosk spend minutes or gigabytes. */
const MOST = { memory: 1_048_576, passes: 16, parallelism: 16 } as const;
const VERSION = 19;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

export async function hashSecret(
  secret: string,
  random: RandomBytes = systemRandom,
  cost: Argon2Cost = ARGON2_COST,
): Promise<string> {
  const salt = random(SALT_BYTES);
  return encodeVerifier({ ...cost, salt, hash: await derive(secret, salt, HASH_BYTES, cost) });
}

/** False for a wrong secret and for a verifier that cannot be read. Takes the same time in either case of wrong. */
export async function verifySecret(secret: string, stored: string): Promise<boolean> {
  const verifier = parseVerifier(stored);
  if (!verifier.ok) return false;
  const { salt, hash } = verifier.value;
  return timingSafeEqual(await derive(secret, salt, hash.length, verifier.value), hash);
}

/** Work of one check, for a name nobody has: the answer must not come sooner than for a wrong secret. */
export async function spendCheck(secret: string): Promise<void> {
  await derive(secret, new Uint8Array(SALT_BYTES), HASH_BYTES, ARGON2_COST);
}

/** Whether the verifier was made with less than today's cost: hash again at the next sign-in. */
export function needsNewHash(stored: string): boolean {
  const verifier = parseVerifier(stored);
  if (!verifier.ok) return true;
  const { memory, passes } = verifier.value;
  return memory < ARGON2_COST.memory || passes < ARGON2_COST.passes;
}

export function encodeVerifier(verifier: Verifier): string {
  const { memory, passes, parallelism, salt, hash } = verifier;
  return `$argon2id$v=${VERSION}$m=${memory},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(hash)}`;
}

export type VerifierFault = 'not-a-verifier' | 'cost-out-of-range';

/** Strict: what is parsed encodes to the same string again. */
export function parseVerifier(stored: string): Result<Verifier, VerifierFault> {
  const match = /^\$argon2id\$v=19\$m=(\d{1,8}),t=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(
    stored,
  );
  if (match === null) return err('not-a-verifier');
  const [, memory, passes, parallelism, salt, hash] = match;
  const verifier: Verifier = {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    salt: Buffer.from(salt ?? '', 'base64'),
    hash: Buffer.from(hash ?? '', 'base64'),
  };
  if (encodeVerifier(verifier) !== stored) return err('not-a-verifier');
  return inRange(verifier) ? ok(verifier) : err('cost-out-of-range');
}

function inRange(v: Verifier): boolean {
  const cost =
    v.memory >= 8 * v.parallelism &&
    v.memory <= MOST.memory &&
    v.passes >= 1 &&
    v.passes <= MOST.passes &&
    v.parallelism >= 1 &&
    v.parallelism <= MOST.parallelism;
  return cost && v.salt.length >= 8 && v.salt.length <= 64 && v.hash.length >= 16 && v.hash.length <= 64;
}

export type SecretFault = 'too-short' | 'too-long' | 'trivial';

/** A PIN (digits only) has at least 6 digits, a password at least 8 characters; runs and repeats are refused. */
export function checkNewSecret(secret: string): Result<null, SecretFault> {
  const length = Array.from(secret).length;
  const digitsOnly = /^\d+$/.test(secret);
  if (length < (digitsOnly ? 6 : 8)) return err('too-short');
  if (length > 128) return err('too-long');
  return isRun(secret) ? err('trivial') : ok(null);
}

/** 111111, 123456, 987654: every step is the same, and small. */
function isRun(secret: string): boolean {
  const codes = Array.from(secret, (character) => character.codePointAt(0) ?? 0);
  const steps = new Set(codes.slice(1).map((code, i) => code - (codes[i] ?? 0)));
  const [step] = steps;
  return steps.size === 1 && step !== undefined && Math.abs(step) <= 1;
}

function derive(secret: string, nonce: Uint8Array, tagLength: number, cost: Argon2Cost): Promise<Buffer> {
  const { memory, passes, parallelism } = cost;
  return new Promise((resolve, reject) => {
    // NFC: the same letters typed on another keyboard are the same secret.
    const message = secret.normalize('NFC');
    argon2('argon2id', { message, nonce, memory, passes, parallelism, tagLength }, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

function unpadded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replaceAll('=', '');
}
