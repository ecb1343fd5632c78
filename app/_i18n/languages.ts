/** Languages of the screens. A further one is a key here and a translation the compiler then asks for. */
export const LANGUAGES = ['sl', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];
export type Translated<T> = Readonly<Record<Language, T>>;

/** Own names, so that everyone finds theirs. */
export const LANGUAGE_NAMES: Translated<string> = { sl: 'Slovenščina', en: 'English' };

export const LANGUAGE_COOKIE = 'countersign-language';

/** The first known language of the preference list, else Slovene: these branches are Slovene first. */
export function chooseLanguage(cookie: string | undefined, acceptLanguage: string | null): Language {
  const wanted = [cookie, ...(acceptLanguage ?? '').split(',').map((part) => part.split(';')[0]?.trim().slice(0, 2))];
  for (const one of wanted) {
    const known = LANGUAGES.find((language) => language === one);
    if (known !== undefined) return known;
  }
  return 'sl';
}
