import type { NoticeLanguage, NoticeParties } from './notices.ts';

/**
 * What a signatory reads in place of the consent notice while the movement of the pen cannot be recorded (nobody is
 * there to seal it to): no question, since nobody can say yes. No I/O and no node modules, as `notices.ts`, and as there
 * a text that was shown to anyone is never edited: a change is a new version.
 */
export const UNRECORDABLE_NOTICE_VERSION = '2026-11-23';

/** Ways on, of equal weight. */
export const WAYS = ['decline', 'help', 'picture'] as const;
export type Way = (typeof WAYS)[number];

export interface UnrecordableNotice {
  readonly type: 'countersign.notice.unrecordable';
  readonly version: string;
  readonly language: NoticeLanguage;
  readonly title: string;
  readonly paragraphs: readonly string[];
  readonly question: string;
  /** The words on the button, and what becomes of it. */
  readonly ways: Readonly<Record<Way, { readonly choose: string; readonly means: string }>>;
}

type Template = Omit<UnrecordableNotice, 'type' | 'version' | 'language'>;

const TEMPLATES: Readonly<Record<NoticeLanguage, Template>> = {
  sl: {
    title: 'Danes se shrani samo slika podpisa',
    paragraphs: [
      'Družba {tenant} navadno vpraša, ali sme ob podpisu posneti tudi gibanje pisala. Tukaj to danes ni mogoče: posnetka ne bi bilo mogoče zakleniti, nezaklenjen pa se ne sme shraniti. Zato se ne posname nič.',
      'Za vas to nič ne spremeni: podpis samo s sliko ima isto veljavo in je brez dodatnih stroškov.',
    ],
    question: 'Kako želite naprej?',
    ways: {
      decline: { choose: 'Ne želim podpisati', means: 'Danes se nič ne podpiše. To je povsem v redu.' },
      help: { choose: 'Želim pomoč', means: 'Oseba za okencem vam pomaga ali se z vami dogovori drugače.' },
      picture: { choose: 'Podpišem samo s sliko', means: 'Podpišete na istem mestu. Shrani se samo slika podpisa.' },
    },
  },
  en: {
    title: 'Today only the picture of your signature is kept',
    paragraphs: [
      '{tenant} usually asks whether the movement of the pen may be recorded as well when you sign. Today that is not possible here: a recording could not be locked, and an unlocked one must not be kept. So nothing is recorded.',
      'For you nothing changes: a signature with the picture alone has the same validity, at no extra cost.',
    ],
    question: 'How would you like to go on?',
    ways: {
      decline: { choose: 'I do not want to sign', means: 'Nothing is signed today. That is quite all right.' },
      help: {
        choose: 'I would like help',
        means: 'The person at the counter helps you, or finds another way with you.',
      },
      picture: {
        choose: 'Sign with the picture only',
        means: 'You sign at the same place. Only the picture of your signature is kept.',
      },
    },
  },
};

export function unrecordableNoticeOf(
  language: NoticeLanguage,
  { tenant }: Pick<NoticeParties, 'tenant'>,
): UnrecordableNotice {
  const { paragraphs, ...words } = TEMPLATES[language];
  return {
    type: 'countersign.notice.unrecordable',
    version: UNRECORDABLE_NOTICE_VERSION,
    language,
    ...words,
    paragraphs: paragraphs.map((text) => text.replace('{tenant}', () => tenant)),
  };
}
