import { describe, expect, it } from 'vitest';

import { waitingWords } from '../../app/_i18n/common.ts';
import { formatAge, formatBytes, pluralSl } from '../../app/_i18n/format.ts';
import { chooseLanguage } from '../../app/_i18n/languages.ts';
import { messagesIn, refusalText, roleName } from '../../app/_i18n/messages.ts';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const ago = (minutes: number): string => new Date(NOW - minutes * 60_000).toISOString();

describe('words on screen', () => {
  it('knows the Slovene singular, dual, few and many', () => {
    const { documents } = messagesIn('sl').common;
    expect([1, 2, 3, 4, 5, 100, 101, 102].map(documents)).toEqual([
      '1 dokument',
      '2 dokumenta',
      '3 dokumenti',
      '4 dokumenti',
      '5 dokumentov',
      '100 dokumentov',
      '101 dokument',
      '102 dokumenta',
    ]);
    expect(pluralSl(0, { one: 'a', two: 'b', few: 'c', other: '# d' })).toBe('0 d');
  });

  it('says of a lost pad what is kept, and of a stroke in progress only where there was one', () => {
    const [sl, en] = [messagesIn('sl'), messagesIn('en')];
    expect([1, 2, 3, 5].map((strokes) => sl.capture.kept(strokes, false))).toEqual([
      '1 poteza je ohranjena.',
      '2 potezi sta ohranjeni.',
      '3 poteze so ohranjene.',
      '5 potez je ohranjenih.',
    ]);
    expect(en.capture.kept(1, true)).toBe('1 stroke kept; one that was not finished is void.');
    for (const { capture, customer } of [sl, en]) {
      const says = [capture.keptNothing, customer.padProblemKept.unplugged, customer.padProblemKept.failed];
      for (const one of says) expect(one(false)).not.toMatch(/nedokončan|not finished/);
      for (const one of says) expect(one(true)).toMatch(/nedokončan|not finished/);
      expect(customer.keptNote(2, false)).not.toMatch(/edokončan|not finished/);
      expect(customer.keptNote(2, true)).toMatch(/edokončan|not finished/);
    }
  });

  it('says what waits and since when', () => {
    expect(waitingWords.sl(4, ago(35), NOW)).toBe('4 čakajo, najstarejši 35 min');
    expect(waitingWords.sl(2, null, NOW)).toBe('2 čakata');
    expect(waitingWords.en(1, ago(150), NOW)).toBe('1 waiting, oldest 2 h 30 min');
    expect(waitingWords.en(0, null, NOW)).toBe('nothing waiting');
  });

  it('never shows a negative age when clocks differ', () => {
    expect(formatAge('en', ago(-5), NOW)).toBe('0 min');
    expect(formatAge('sl', ago(3 * 24 * 60), NOW)).toBe('3 dni');
  });

  it('writes sizes by locale', () => {
    expect(formatBytes('sl', 1_572_864)).toBe('1,5 MB');
    expect(formatBytes('en', 1_572_864)).toBe('1.5 MB');
  });

  it('chooses a language from cookie, then browser, then Slovene', () => {
    expect(chooseLanguage('en', 'sl')).toBe('en');
    expect(chooseLanguage(undefined, 'de-AT,de;q=0.9,en;q=0.5')).toBe('en');
    expect(chooseLanguage('xx', null)).toBe('sl');
  });

  it('has a sentence for every code, also one it does not know', () => {
    const t = messagesIn('en');
    expect(refusalText(t, 'busy')).toContain('in use');
    expect(refusalText(t, 'never-heard-of')).toBe(t.common.refusal.unexpected);
    expect(roleName(t, 'customer')).toBe('Customer');
    expect(roleName(t, 'notary')).toBe('Notary');
  });
});
