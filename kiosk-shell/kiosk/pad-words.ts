import type { PlacementKind } from '../../signing/documents/placement.ts';
import type { SignScreenContent } from '../pad-host/client.ts';

/** What a pad's own screen says, in the language the customer chose. */
type Words = Readonly<{
  ok: string;
  clear: string;
  cancel: string;
  page: (page: number, pages: number) => string;
  kind: Readonly<Record<Extract<PlacementKind, 'signature' | 'initials'>, string>>;
  greeting: string;
}>;

const WORDS: Readonly<Record<'sl' | 'en', Words>> = {
  sl: {
    ok: 'Potrdi',
    clear: 'Počisti',
    cancel: 'Prekliči',
    page: (page, pages) => `Stran ${page} od ${pages}`,
    kind: { signature: 'Podpis', initials: 'Parafa' },
    greeting: 'Dobrodošli',
  },
  en: {
    ok: 'Done',
    clear: 'Clear',
    cancel: 'Cancel',
    page: (page, pages) => `Page ${page} of ${pages}`,
    kind: { signature: 'Signature', initials: 'Initials' },
    greeting: 'Welcome',
  },
};

export function padWords(language: string): Words {
  return language === 'en' ? WORDS.en : WORDS.sl;
}

export function signScreenContent(
  words: Words,
  facts: {
    readonly tenant: string;
    readonly document: string;
    readonly label: string;
    readonly kind: PlacementKind;
    readonly signatory: string;
    readonly page: number;
    readonly pages: number;
  },
): SignScreenContent {
  return {
    tenant: facts.tenant,
    document: facts.document,
    label: facts.label || words.kind[facts.kind === 'initials' ? 'initials' : 'signature'],
    signatory: facts.signatory,
    page: words.page(facts.page + 1, facts.pages),
    labels: { ok: words.ok, clear: words.clear, cancel: words.cancel },
  };
}
