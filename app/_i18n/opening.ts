import { formatDate, pluralEn, pluralSl } from './format.ts';
import type { Translated } from './languages.ts';

/** A wrong clock, a cloud that shut this counter out, certificates of this counter: what is looked at before opening. */
const en = {
  shutOut: 'Shut out by the cloud',
  shutOutTitle: 'This counter was shut out',
  shutOutText:
    'Those who run the cloud do not let it in any more, so no new customer can be served here. What was signed is safe and waits; a signature under way can be finished. Call your manager or support. When they let the counter in again, it goes on by itself.',
  clock: (offsetMs: number): string => `Clock ${span(offsetMs)} ${offsetMs > 0 ? 'ahead' : 'behind'}`,
  clockWrongTitle: (offsetMs: number): string =>
    `The clock of this computer is ${span(offsetMs)} ${offsetMs > 0 ? 'ahead' : 'behind'}`,
  clockWrongText:
    'Signatures would carry a wrong time, and the cloud may not take what waits. Set date and time right, or call support.',
  clockRefusedText:
    'No new customer can be served with such a time. Set date and time right, or call support: the counter then goes on by itself. What was signed is safe.',
  certificates: (days: number): string =>
    days === 0
      ? 'Certificate ends today'
      : pluralEn(days, { one: 'Certificate ends in # day', other: 'Certificate ends in # days' }),
  certificatesText: (until: string): string =>
    `This counter’s own certificates end on ${formatDate('en', until)}, and it could not get new ones from the cloud by itself. From then on nobody can be served here. Check the connection, or call support.`,
  certificatesEnded: 'Certificate ended',
  certificatesEndedTitle: 'This counter’s certificates have ended',
  certificatesEndedText:
    'No new customer can be served here. What was signed is safe and waits. Ask those who run the cloud for a new code for this counter and enrol it again with that; nothing here is lost by it.',
};

export type OpeningMessages = typeof en;

function span(offsetMs: number): string {
  const { unit, count } = coarse(offsetMs);
  return pluralEn(count, { one: `# ${unit}`, other: `# ${unit}s` });
}

const SLOVENE = {
  minute: { one: '# minuto', two: '# minuti', few: '# minute', other: '# minut' },
  hour: { one: '# uro', two: '# uri', few: '# ure', other: '# ur' },
  day: { one: '# dan', two: '# dneva', few: '# dni', other: '# dni' },
} as const;

function spanSl(offsetMs: number): string {
  const { unit, count } = coarse(offsetMs);
  return pluralSl(count, SLOVENE[unit]);
}

/** As coarse as a person would say it. */
function coarse(offsetMs: number): { readonly unit: 'minute' | 'hour' | 'day'; readonly count: number } {
  const minutes = Math.max(1, Math.round(Math.abs(offsetMs) / 60_000));
  if (minutes < 120) return { unit: 'minute', count: minutes };
  const hours = Math.round(minutes / 60);
  return hours < 48 ? { unit: 'hour', count: hours } : { unit: 'day', count: Math.round(hours / 24) };
}

const sl: OpeningMessages = {
  shutOut: 'Oblak je izključil okence',
  shutOutTitle: 'To okence je izključeno',
  shutOutText:
    'Upravljavci oblaka ga ne sprejemajo več, zato tu ni mogoče sprejeti nove stranke. Podpisano je na varnem in čaka, začeto podpisovanje lahko dokončate. Pokličite vodjo ali podporo. Ko okence spet sprejmejo, gre samo naprej.',
  clock: (offsetMs) => `Ura ${offsetMs > 0 ? 'prehiteva' : 'zaostaja'} ${spanSl(offsetMs)}`,
  clockWrongTitle: (offsetMs) =>
    `Ura tega računalnika ${offsetMs > 0 ? 'prehiteva' : 'zaostaja'} za ${spanSl(offsetMs)}`,
  clockWrongText:
    'Podpisi bi nosili napačen čas in oblak morda ne bo sprejel, kar čaka. Nastavite pravi datum in uro ali pokličite podporo.',
  clockRefusedText:
    'S takim časom ni mogoče sprejeti nove stranke. Nastavite pravi datum in uro ali pokličite podporo, potem gre okence samo naprej. Podpisano je na varnem.',
  certificates: (days) =>
    days === 0
      ? 'Potrdilo še danes'
      : pluralSl(days, {
          one: 'Potrdilo še # dan',
          two: 'Potrdilo še # dneva',
          few: 'Potrdilo še # dni',
          other: 'Potrdilo še # dni',
        }),
  certificatesText: (until) =>
    `Potrdili tega okenca veljata do ${formatDate('sl', until)}, novih pa iz oblaka ni moglo dobiti samo. Potem tu ne bo mogoče sprejeti nikogar. Preverite povezavo ali pokličite podporo.`,
  certificatesEnded: 'Potrdilo je poteklo',
  certificatesEndedTitle: 'Potrdili tega okenca sta potekli',
  certificatesEndedText:
    'Nove stranke tu ni mogoče sprejeti. Podpisano je na varnem in čaka. Upravljavce oblaka prosite za novo kodo za to okence in ga z njo znova prijavite; pri tem se tu nič ne izgubi.',
};

export const opening: Translated<OpeningMessages> = { sl, en };
