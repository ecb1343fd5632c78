import { describe, expect, it } from 'vitest';
import {
  ARGON2_COST,
  checkNewSecret,
  encodeVerifier,
  hashSecret,
  needsNewHash,
  parseVerifier,
  spendCheck,
  verifySecret,
} from '../../../signing/access/password.ts';

/** Of the reference implementation's own test (argon2id, v=19, m=2^16, t=2, p=1). */
const REFERENCE = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
const cheap = { memory: 64, passes: 1, parallelism: 1 };
const salt = (length: number): Uint8Array => new Uint8Array(length).fill(7);

describe('staff secrets', () => {
  it('agrees with the reference implementation of Argon2id', async () => {
    expect(await verifySecret('password', REFERENCE)).toBe(true);
    expect(await verifySecret('passwore', REFERENCE)).toBe(false);
  });

  it('accepts the secret that was hashed and no other', async () => {
    const stored = await hashSecret('Žar ptica 7', salt, cheap);
    expect(await verifySecret('Žar ptica 7', stored)).toBe(true);
    for (const wrong of ['žar ptica 7', 'Žar ptica 7 ', '', 'Zar ptica 7']) {
      expect(await verifySecret(wrong, stored)).toBe(false);
    }
  });

  it('takes letters typed in another composition as the same', async () => {
    const stored = await hashSecret('č-geslo-1'.normalize('NFD'), salt, cheap);
    expect(await verifySecret('č-geslo-1'.normalize('NFC'), stored)).toBe(true);
  });

  it('costs at least what OWASP asks, salted anew each time', async () => {
    const [one, two] = await Promise.all([hashSecret('481516'), hashSecret('481516')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.toBe(two);
    expect(needsNewHash(one)).toBe(false);
    expect(needsNewHash(await hashSecret('481516', salt, cheap))).toBe(true);
    expect(needsNewHash('?')).toBe(true);
  });

  it('writes and reads the PHC string strictly', () => {
    const parsed = parseVerifier(REFERENCE);
    expect(parsed.ok && encodeVerifier(parsed.value)).toBe(REFERENCE);
    for (const bad of [
      '',
      REFERENCE.replace('argon2id', 'argon2i'),
      REFERENCE.replace('v=19', 'v=16'),
      REFERENCE.replace('m=65536', 'm=065536'),
      `${REFERENCE}=`,
      `${REFERENCE}\n`,
      REFERENCE.slice(0, -1),
    ]) {
      expect(parseVerifier(bad)).toEqual({ ok: false, error: 'not-a-verifier' });
    }
  });

  it('refuses to work for minutes or with gigabytes because a stored string says so', async () => {
    for (const costly of ['m=65536,t=99,p=1', 'm=99999999,t=2,p=1', 'm=7,t=2,p=1', 'm=65536,t=0,p=1']) {
      const stored = REFERENCE.replace('m=65536,t=2,p=1', costly);
      expect(parseVerifier(stored)).toEqual({ ok: false, error: 'cost-out-of-range' });
      expect(await verifySecret('password', stored)).toBe(false);
    }
  });

  it('can spend a check on nobody', async () => {
    await expect(spendCheck('anything')).resolves.toBeUndefined();
    expect(ARGON2_COST.memory).toBeGreaterThanOrEqual(19_456);
  });

  it('refuses secrets that are short or a plain run', () => {
    const fault = (secret: string): unknown => {
      const checked = checkNewSecret(secret);
      return checked.ok ? 'ok' : checked.error;
    };
    expect(fault('48151')).toBe('too-short');
    expect(fault('481516')).toBe('ok');
    expect(fault('geslo12')).toBe('too-short');
    expect(fault('geslo123')).toBe('ok');
    expect(fault('x'.repeat(129))).toBe('too-long');
    for (const run of ['111111', '123456', '987654', 'aaaaaaaa', 'abcdefgh']) expect(fault(run)).toBe('trivial');
  });
});
