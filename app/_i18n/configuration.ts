import { formatDate, pluralEn, pluralSl } from './format.ts';
import type { Translated } from './languages.ts';

/** What the cloud last said this counter works by, and how long that holds. */
const en = {
  soon: (days: number): string =>
    days === 0
      ? 'Settings end today'
      : pluralEn(days, { one: 'Settings end in # day', other: 'Settings end in # days' }),
  soonText: (until: string): string =>
    `This counter was not in touch with the cloud for some time. If that stays so, no new customer can be served from ${formatDate('en', until)} on. Check the connection, or call support.`,
  ended: 'Settings have ended',
  endedTitle: 'No new customer can be served now',
  endedText:
    'This counter was not in touch with the cloud for too long, so it does not know who may work here and what holds. What was signed is safe, and a signature under way can be finished. As soon as the connection is back, the counter goes on by itself. Check the connection, or call support.',
};

export type ConfigurationMessages = typeof en;

const sl: ConfigurationMessages = {
  soon: (days) =>
    days === 0
      ? 'Nastavitve le še danes'
      : pluralSl(days, {
          one: 'Nastavitve še # dan',
          two: 'Nastavitve še # dneva',
          few: 'Nastavitve še # dni',
          other: 'Nastavitve še # dni',
        }),
  soonText: (until) =>
    `To okence že nekaj časa ni imelo stika z oblakom. Če bo tako ostalo, od ${formatDate('sl', until)} naprej ne bo mogoče sprejeti nove stranke. Preverite povezavo ali pokličite podporo.`,
  ended: 'Nastavitve so potekle',
  endedTitle: 'Nove stranke zdaj ni mogoče sprejeti',
  endedText:
    'To okence predolgo ni imelo stika z oblakom, zato ne ve, kdo sme tu delati in kaj velja. Podpisano je na varnem, začeto podpisovanje lahko dokončate. Ko bo povezava spet tu, gre okence samo naprej. Preverite povezavo ali pokličite podporo.',
};

export const configuration: Translated<ConfigurationMessages> = { sl, en };
