import { describe, expect, it } from 'vitest';
import { noticeDigest, unrecordableNoticeDigest } from '../../../signing/ceremony/notice-digest.ts';
import {
  CURRENT_NOTICE_VERSION,
  isNoticeLanguage,
  noticeOf,
  NOTICE_LANGUAGES,
} from '../../../signing/ceremony/notices.ts';
import {
  unrecordableNoticeOf,
  UNRECORDABLE_NOTICE_VERSION,
  WAYS,
} from '../../../signing/ceremony/unrecordable-notice.ts';
import { sha256 } from '../../../signing/digest.ts';

const parties = { tenant: 'Banka Čebelica', keyHolder: 'notarka Špela Žagar' };
const wholeText = (language: (typeof NOTICE_LANGUAGES)[number]): string => {
  const notice = noticeOf(language, parties)!;
  return [notice.title, ...notice.paragraphs, notice.question, notice.yes, notice.no].join('\n');
};

describe('consent notice', () => {
  it('is there in Slovene and English, with the parties named and nothing left unfilled', () => {
    for (const language of NOTICE_LANGUAGES) {
      const text = wholeText(language);
      expect(text).toContain('Banka Čebelica');
      expect(text).toContain('notarka Špela Žagar');
      expect(text).toContain('70');
      expect(text).not.toMatch(/[{}]/);
    }
  });

  it('says what is recorded, why, who has the key, for how long, and that no is as good as yes', () => {
    const said = (language: (typeof NOTICE_LANGUAGES)[number], ...words: RegExp[]): void => {
      for (const word of words) expect(wholeText(language)).toMatch(word);
    };
    said('sl', /položaj/, /čas/, /pritisk/, /biometrični/, /sporu/, /Ključ ima samo/, /prekličete/, /rečete ne/);
    said('sl', /z isto veljavo/, /Informacijskem pooblaščencu/);
    said('en', /position/, /time/, /pressure/, /biometric/, /dispute/, /has the key/, /withdraw/, /say no/);
    said('en', /same validity/, /Information Commissioner/);
  });

  it('has no version that was never shown', () => {
    expect(noticeOf('sl', parties, '1999-01-01')).toBeNull();
    expect(noticeOf('sl', parties, 'constructor')).toBeNull();
    expect(() => noticeDigest('sl', parties, '1999-01-01')).toThrow(RangeError);
    expect(isNoticeLanguage('sl')).toBe(true);
    expect(isNoticeLanguage('de')).toBe(false);
  });

  it('is named by a digest that changes with language and parties', () => {
    const digests = [
      noticeDigest('sl', parties),
      noticeDigest('en', parties),
      noticeDigest('sl', { ...parties, tenant: 'Druga' }),
      noticeDigest('sl', { ...parties, keyHolder: 'Drugi' }),
    ];
    expect(new Set(digests).size).toBe(4);
  });

  it('does not fill in what a party is called a second time', () => {
    expect(noticeOf('en', { tenant: '{keyHolder}', keyHolder: 'N' })!.paragraphs[0]).toContain('{keyHolder} asks');
  });

  it('keeps its wording: what was shown to people is frozen under its version', () => {
    expect(CURRENT_NOTICE_VERSION).toBe('2026-11-23');
    const text = NOTICE_LANGUAGES.map(wholeText).join('\n\n');
    expect(sha256(Buffer.from(text))).toBe('d9817b5243cf7d31127da1e5cd7955154cb3d94439da5ad631b2fdccab91fe4b');
  });
});

describe('what is read where nothing can be recorded', () => {
  const text = (language: (typeof NOTICE_LANGUAGES)[number]): string => {
    const { title, paragraphs, question, ways } = unrecordableNoticeOf(language, parties);
    return [title, ...paragraphs, question, ...WAYS.flatMap((way) => [ways[way].choose, ways[way].means])].join('\n');
  };

  it('says what is not possible, that nothing is recorded, and which ways there are', () => {
    expect(text('sl')).toMatch(/Banka Čebelica.*ni mogoče.*ne posname nič.*isto veljavo.*pomoč.*samo s sliko/s);
    expect(text('en')).toMatch(/Banka Čebelica.*not possible.*nothing is recorded.*same validity.*help.*picture only/s);
    expect(text('sl') + text('en')).not.toMatch(/[{}]/);
  });

  it('is named by a digest of its own', () => {
    const digests = NOTICE_LANGUAGES.flatMap((language) => [
      noticeDigest(language, parties),
      unrecordableNoticeDigest(language, parties),
      unrecordableNoticeDigest(language, { tenant: 'Druga' }),
    ]);
    expect(new Set(digests).size).toBe(6);
  });

  it('keeps its wording under its version', () => {
    expect(UNRECORDABLE_NOTICE_VERSION).toBe('2026-11-23');
    expect(sha256(Buffer.from(NOTICE_LANGUAGES.map(text).join('\n\n')))).toBe(
      'a339052bafc566fd181152d7f40ce3e6888640ae1d4ad18b41eeb7b50cb47048',
    );
  });
});
