/**
 * What a signatory is told before the question whether pen dynamics may be recorded (GDPR Art. 9 and 13,
 * ZVOP-2 Art. 81-84: written notice first, explicit consent, an equal way without biometrics). No I/O and
 * no node modules: the customer's screen uses this file too.
 *
 * A text that was shown to anyone is never edited: a change is a new version.
 */
export const NOTICE_LANGUAGES = ['sl', 'en'] as const;
export type NoticeLanguage = (typeof NOTICE_LANGUAGES)[number];

export const CURRENT_NOTICE_VERSION = '2026-11-23';

/** Days until recordings and documents are erased (field.md, "Retention"). */
export const RETENTION_DAYS = 70;

/** Who is named in the notice. */
export interface NoticeParties {
  /** The company whose branch this is: the controller. */
  readonly tenant: string;
  /** The notary or other third party who alone can open the recording. */
  readonly keyHolder: string;
}

/** One notice as a person reads it. */
export interface Notice {
  readonly type: 'countersign.notice';
  readonly version: string;
  readonly language: NoticeLanguage;
  readonly title: string;
  readonly paragraphs: readonly string[];
  readonly question: string;
  /** Both answers weigh the same: same size, neither chosen beforehand. */
  readonly yes: string;
  readonly no: string;
}

type Template = Omit<Notice, 'type' | 'version' | 'language'>;

const VERSIONS: Readonly<Record<string, Readonly<Record<NoticeLanguage, Template>>>> = {
  '2026-11-23': {
    sl: {
      title: 'Smemo posneti, kako se podpišete?',
      paragraphs: [
        'Podpisali boste s pisalom na zaslon. Družba {tenant} vas prosi za dovoljenje, da ob podpisu posname tudi gibanje pisala.',
        'Kaj se posname: položaj pisala, čas posameznega giba in pritisk, če ga naprava meri. To so biometrični osebni podatki.',
        'Zakaj: samo zato, da bi lahko izvedenec v morebitnem sporu preveril, ali je podpis res vaš. Za nič drugega se ne uporabi in z drugimi podpisi se ne primerja.',
        'Kdo ga lahko odpre: posnetek se takoj zaklene. Ključ ima samo {keyHolder}. Družba {tenant} in izdelovalec te naprave ga ne moreta odpreti.',
        'Kako dolgo: posnetek se izbriše najpozneje {days} dni po prejemu, razen če zakon zahteva daljšo hrambo ali teče spor.',
        'Vaša pravica: lahko rečete ne. Podpisali boste na istem mestu, z isto veljavo in brez dodatnih stroškov; shrani se samo slika podpisa. Privolitev lahko kadar koli prekličete pri družbi {tenant}; posnetek se tedaj izbriše, podpisani dokument ostane veljaven.',
        'Pravico imate do vpogleda, popravka, izbrisa in omejitve obdelave ter do pritožbe pri Informacijskem pooblaščencu.',
      ],
      question: 'Ali dovolite, da se posname gibanje pisala?',
      yes: 'Da, dovolim',
      no: 'Ne, shranite samo sliko podpisa',
    },
    en: {
      title: 'May we record how you sign?',
      paragraphs: [
        'You will sign with a pen on a screen. {tenant} asks for your permission to record the movement of the pen as well.',
        'What is recorded: the position of the pen, the time of each movement, and the pressure where the device measures it. This is biometric personal data.',
        'Why: only so that an expert could check, if there were ever a dispute, whether the signature is really yours. It is used for nothing else and is not compared with other signatures.',
        'Who can open it: the recording is locked at once. Only {keyHolder} has the key. Neither {tenant} nor the maker of this device can open it.',
        'For how long: the recording is erased no later than {days} days after it is received, unless the law requires it to be kept longer or a dispute is under way.',
        'Your right: you may say no. You will sign at the same place, with the same validity and at no extra cost; only the picture of your signature is kept. You can withdraw your consent at any time with {tenant}; the recording is then erased and the signed document stays valid.',
        'You have the right to access, rectification, erasure and restriction, and to complain to the Information Commissioner.',
      ],
      question: 'Do you allow the movement of the pen to be recorded?',
      yes: 'Yes, I allow it',
      no: 'No, keep only the picture of my signature',
    },
  },
};

export function isNoticeLanguage(value: string): value is NoticeLanguage {
  return NOTICE_LANGUAGES.some((language) => language === value);
}

/** The notice as shown; null for a version there never was. */
export function noticeOf(
  language: NoticeLanguage,
  parties: NoticeParties,
  version: string = CURRENT_NOTICE_VERSION,
): Notice | null {
  const template = Object.hasOwn(VERSIONS, version) ? VERSIONS[version]?.[language] : undefined;
  if (template === undefined) return null;
  const fill = (text: string): string =>
    text.replace(/\{(tenant|keyHolder|days)\}/g, (_, key: string) =>
      key === 'tenant' ? parties.tenant : key === 'keyHolder' ? parties.keyHolder : RETENTION_DAYS.toString(),
    );
  return {
    type: 'countersign.notice',
    version,
    language,
    title: fill(template.title),
    paragraphs: template.paragraphs.map(fill),
    question: fill(template.question),
    yes: template.yes,
    no: template.no,
  };
}
