import type { RandomBytes } from '../../../signing/access/session.ts';

/** Handed over by a person: three days, one use, 80 random bits. */
export const ONE_TIME_SECRET = { lifeMs: 3 * 24 * 60 * 60_000, bytes: 10 } as const;

/** Letters and digits that cannot be taken for one another (Crockford). */
const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz';

/** Four groups of four characters, with hyphens. */
export function newOneTimeSecret(random: RandomBytes): string {
  let value = BigInt(`0x${Buffer.from(random(ONE_TIME_SECRET.bytes)).toString('hex')}`);
  let text = '';
  for (let i = 0; i < ONE_TIME_SECRET.bytes * 1.6; i += 1) {
    text += LETTERS.charAt(Number(value & 31n));
    value >>= 5n;
  }
  return (text.match(/.{4}/g) ?? []).join('-');
}
