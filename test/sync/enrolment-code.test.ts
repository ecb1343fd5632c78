import { describe, expect, it } from 'vitest';
import { makeEnrolmentCode, readEnrolmentCode } from '../../sync/protocol/enrolment-code.ts';

const CLOUD = 'thumbprint-of-the-cloud';
const code = makeEnrolmentCode(
  Uint8Array.from({ length: 10 }, (_, i) => i * 23 + 1),
  CLOUD,
);

describe('an enrolment code', () => {
  it('is five groups of five, and read as a person types it', () => {
    expect(code.text).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}$/);
    const typed = code.text.toLowerCase().replaceAll('-', '  ').replaceAll('0', 'o').replaceAll('1', 'l');
    const read = readEnrolmentCode(` ${typed} `);
    expect(read.ok && read.value.lookup).toBe(code.lookup);
    expect(read.ok && read.value.key.equals(code.key)).toBe(true);
  });

  it('knows its cloud, and no other', () => {
    expect(code.isOf(CLOUD)).toBe(true);
    expect(code.isOf('thumbprint-of-another')).toBe(false);
  });

  it('finds every single wrong character, and neighbours that changed places', () => {
    const plain = code.text.replaceAll('-', '');
    for (let at = 0; at < plain.length; at += 1) {
      for (const wrong of '0123456789ABCDEFGHJKMNPQRSTVWXYZ') {
        if (wrong === plain[at]) continue;
        expect(readEnrolmentCode(plain.slice(0, at) + wrong + plain.slice(at + 1)).ok).toBe(false);
      }
      const [one, other] = [plain[at] ?? '', plain[at + 1] ?? ''];
      if (other === '' || one === other || `${one}${other}` === '0Z' || `${one}${other}` === 'Z0') continue;
      expect(readEnrolmentCode(plain.slice(0, at) + other + one + plain.slice(at + 2)).ok).toBe(false);
    }
    expect(readEnrolmentCode(plain.slice(1))).toEqual({ ok: false, error: 'shape' });
  });
});
