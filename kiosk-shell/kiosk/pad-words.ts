import type { PlacementKind } from '../../signing/documents/placement.ts';
import type { SignScreenContent, WaitingContent } from '../../drivers/screen/sign-screen.ts';
import type { GuardContent } from '../../drivers/screen/word-screens.ts';

export type PadLanguage = 'sl' | 'en';

/** What a pad's own screen says, in the language the customer chose. */
export interface PadWords {
  readonly ok: string;
  readonly clear: string;
  readonly cancel: string;
  readonly page: (page: number, pages: number) => string;
  readonly kind: Readonly<Record<Extract<PlacementKind, 'signature' | 'initials'>, string>>;
  readonly greeting: string;
  readonly waiting: string;
  readonly compare: string;
  readonly compareHint: string;
  readonly strokeVoid: string;
  /** Words to compare: short, of one meaning, no name of a person, none like another. */
  readonly guard: readonly string[];
}

const WORDS: Readonly<Record<PadLanguage, PadWords>> = {
  sl: {
    ok: 'Potrdi',
    clear: 'Počisti',
    cancel: 'Prekliči',
    page: (page, pages) => `Stran ${page} od ${pages}`,
    kind: { signature: 'Podpis', initials: 'Parafa' },
    greeting: 'Dobrodošli',
    waiting: 'Samo trenutek, prosimo',
    compare: 'Primerjamo besedo',
    compareHint: 'Ista beseda mora biti na zaslonu pri okencu.',
    strokeVoid: 'Nedokončana poteza ni bila sprejeta. Nadaljujte.',
    guard: [
      'breza',
      'čoln',
      'drevo',
      'fižol',
      'gora',
      'hruška',
      'jagoda',
      'ključ',
      'limona',
      'most',
      'oblak',
      'potok',
      'riba',
      'sonce',
      'trava',
      'ura',
      'vlak',
      'zvezda',
      'žoga',
      'mleko',
    ],
  },
  en: {
    ok: 'Done',
    clear: 'Clear',
    cancel: 'Cancel',
    page: (page, pages) => `Page ${page} of ${pages}`,
    kind: { signature: 'Signature', initials: 'Initials' },
    greeting: 'Welcome',
    waiting: 'One moment, please',
    compare: 'Comparing a word',
    compareHint: 'The same word must be on the screen at the counter.',
    strokeVoid: 'The unfinished stroke was not taken. Please go on.',
    guard: [
      'apple',
      'bridge',
      'cloud',
      'eagle',
      'forest',
      'garden',
      'honey',
      'island',
      'kettle',
      'lemon',
      'mirror',
      'needle',
      'orange',
      'pencil',
      'river',
      'spoon',
      'tiger',
      'violin',
      'window',
      'zebra',
    ],
  },
};

export function padWords(language: string): PadWords {
  return language === 'en' ? WORDS.en : WORDS.sl;
}

export interface FieldFacts {
  readonly tenant: string;
  readonly document: string;
  readonly label: string;
  readonly kind: PlacementKind;
  readonly signatory: string;
  readonly page: number;
  readonly pages: number;
}

export function signScreenContent(words: PadWords, facts: FieldFacts): SignScreenContent {
  return { ...frameContent(words, facts), labels: { ok: words.ok, clear: words.clear, cancel: words.cancel } };
}

export function waitingContent(words: PadWords, facts: FieldFacts): WaitingContent {
  return { ...frameContent(words, facts), notice: words.waiting };
}

export function guardContent(words: PadWords, word: string): GuardContent {
  return { title: words.compare, word, hint: words.compareHint };
}

function frameContent(words: PadWords, facts: FieldFacts): Omit<WaitingContent, 'notice'> {
  return {
    tenant: facts.tenant,
    document: facts.document,
    label: facts.label || words.kind[facts.kind === 'initials' ? 'initials' : 'signature'],
    signatory: facts.signatory,
    page: words.page(facts.page + 1, facts.pages),
  };
}
