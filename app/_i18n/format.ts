import type { Language } from './languages.ts';

const LOCALES: Readonly<Record<Language, string>> = { sl: 'sl-SI', en: 'en-GB' };
/** Server and browser must write the same text (hydration), whatever the zone of the process. */
const TIME_ZONE = 'Europe/Ljubljana';

/** English needs two forms; Slovene has dual and paucal as well: 1 dokument, 2 dokumenta, 3 dokumenti, 5 dokumentov. */
export interface EnglishForms {
  readonly one: string;
  readonly other: string;
}
export interface SloveneForms extends EnglishForms {
  readonly two: string;
  readonly few: string;
}

const RULES: Readonly<Record<Language, Intl.PluralRules>> = {
  sl: new Intl.PluralRules('sl'),
  en: new Intl.PluralRules('en'),
};

/** `#` in the form becomes the number. */
export function pluralSl(count: number, forms: SloveneForms): string {
  const rule = RULES.sl.select(count);
  const form = rule === 'one' ? forms.one : rule === 'two' ? forms.two : rule === 'few' ? forms.few : forms.other;
  return form.replace('#', formatNumber('sl', count));
}

export function pluralEn(count: number, forms: EnglishForms): string {
  return (RULES.en.select(count) === 'one' ? forms.one : forms.other).replace('#', formatNumber('en', count));
}

export function formatNumber(language: Language, value: number, digits = 0): string {
  return new Intl.NumberFormat(LOCALES[language], { maximumFractionDigits: digits }).format(value);
}

/** Times to the minute for people; full precision is in records. */
export function formatTime(language: Language, at: string): string {
  return new Intl.DateTimeFormat(LOCALES[language], { timeStyle: 'short', timeZone: TIME_ZONE }).format(new Date(at));
}

export function formatDate(language: Language, at: string): string {
  return new Intl.DateTimeFormat(LOCALES[language], { dateStyle: 'medium', timeZone: TIME_ZONE }).format(new Date(at));
}

export function formatDateTime(language: Language, at: string): string {
  return new Intl.DateTimeFormat(LOCALES[language], {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: TIME_ZONE,
  }).format(new Date(at));
}

/** 35 min, 2 h 10 min, 3 days: as coarse as a person would say it. Never negative: clocks differ. */
export function formatAge(language: Language, from: string, now: number): string {
  const minutes = Math.max(0, Math.floor((now - Date.parse(from)) / 60_000));
  if (minutes < 60) return `${formatNumber(language, minutes)} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 || hours >= 6 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return language === 'sl'
    ? pluralSl(days, { one: '# dan', two: '# dneva', few: '# dni', other: '# dni' })
    : pluralEn(days, { one: '# day', other: '# days' });
}

export function formatBytes(language: Language, bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${formatNumber(language, bytes / 1024)} KB`;
  return `${formatNumber(language, bytes / 1024 / 1024, 1)} MB`;
}

/** What two people say on the telephone to name one delivery: the first eight digits of its trace, which the console's search finds. */
export function deliveryCode(trace: string): string {
  return trace.slice(0, 8);
}
