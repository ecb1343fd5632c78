import type { Language, Translated } from './language.ts';

/**
 * What the customer is told before the question about pen dynamics (GDPR Art. 9(2)(a), 13). A version never changes its
 * words: its digest is in the binding statement. New words are a new version.
 */
export interface NoticeFacts {
  readonly tenant: string;
  /** Who alone can open the recording. */
  readonly keyHolder: string;
}
export interface Notice {
  readonly question: string;
  readonly paragraphs: readonly string[];
  readonly yes: string;
  readonly no: string;
}

const NOTICE_1: Translated<(facts: NoticeFacts) => Notice> = {
  sl: ({ tenant, keyHolder }) => ({
    question: 'Ali smemo posneti tudi, kako se podpišete?',
    paragraphs: [
      `Družba ${tenant} bi ob vašem podpisu rada posnela gibanje in pritisk peresa. Tako lahko strokovnjak pozneje, če bi kdo podpis izpodbijal, preveri, ali je vaš.`,
      `Posnetek se takoj zaklene. Odpre ga lahko samo ${keyHolder}; niti mi niti izdelovalec naprave ga ne moreta odpreti.`,
      'Odločitev je prostovoljna. Če odgovorite z ne, se podpišete na istem mestu in podpis velja enako: shrani se samo njegova slika. Soglasje lahko pozneje prekličete.',
    ],
    yes: 'Da, posnemite',
    no: 'Ne, samo sliko',
  }),
  en: ({ tenant, keyHolder }) => ({
    question: 'May we also record how you sign?',
    paragraphs: [
      `${tenant} would like to record the movement and pressure of the pen as you sign. If anyone ever disputes the signature, an expert can then check that it is yours.`,
      `The recording is locked at once. Only ${keyHolder} can open it; neither we nor the maker of the device can.`,
      'It is your choice. If you say no, you sign right here and the signature is just as valid: only its picture is kept. You can withdraw your consent later.',
    ],
    yes: 'Yes, record it',
    no: 'No, picture only',
  }),
};

const VERSIONS: Readonly<Record<string, typeof NOTICE_1>> = { '1': NOTICE_1 };

/** The words of one version; an unknown version is a bug of the kiosk's configuration. */
export function noticeOf(version: string, language: Language, facts: NoticeFacts): Notice {
  return (VERSIONS[version] ?? NOTICE_1)[language](facts);
}

/** The whole notice as one text, exactly as shown: what the binding statement's notice digest is over. */
export function consentNotice(version: string, language: Language, facts: NoticeFacts): string {
  const notice = noticeOf(version, language, facts);
  return [notice.question, ...notice.paragraphs, notice.yes, notice.no].join('\n\n');
}
