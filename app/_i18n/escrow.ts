import { formatDate, pluralEn, pluralSl } from './format.ts';
import type { Translated } from './languages.ts';

/** Whether the movement of the pen can be recorded: the certificates it is locked with. */
const en = {
  soon: (days: number): string =>
    days === 0
      ? 'Recording ends today'
      : pluralEn(days, { one: 'Recording ends in # day', other: 'Recording ends in # days' }),
  soonText: (until: string): string =>
    `The key holder’s certificates end on ${formatDate('en', until)}. From then on the movement of the pen cannot be locked, and only the picture of a signature is kept. Ask the key holder for new ones now.`,
  unable: 'No recording',
  unableTitle: 'The movement of the pen cannot be recorded now',
  unableWhy: {
    expired: 'The certificates of the key holder have ended.',
    'not-yet-valid': 'The certificates of the key holder are not valid yet, or the date of this computer is wrong.',
    other: 'The certificates of the key holder may not be used.',
  },
  unableText:
    'Signing without it goes on: the customer signs for the picture alone, with the same validity. To record again, ask the key holder for new certificates, or call support.',
  awaiting: 'The customer reads that only the picture is kept today, and chooses how to go on.',
  begin: (role: string): string => `Begin, picture only: ${role}`,
};

export type EscrowMessages = typeof en;

const sl: EscrowMessages = {
  soon: (days) =>
    days === 0
      ? 'Snemanje gibanja le še danes'
      : pluralSl(days, {
          one: 'Snemanje gibanja še # dan',
          two: 'Snemanje gibanja še # dneva',
          few: 'Snemanje gibanja še # dni',
          other: 'Snemanje gibanja še # dni',
        }),
  soonText: (until) =>
    `Potrdila hranitelja ključa veljajo do ${formatDate('sl', until)}. Potem gibanja pisala ne bo mogoče zakleniti in shrani se samo slika podpisa. Že zdaj prosite hranitelja ključa za nova.`,
  unable: 'Brez snemanja gibanja',
  unableTitle: 'Gibanja pisala zdaj ni mogoče posneti',
  unableWhy: {
    expired: 'Potrdila hranitelja ključa so potekla.',
    'not-yet-valid': 'Potrdila hranitelja ključa še ne veljajo ali pa je datum tega računalnika napačen.',
    other: 'Potrdil hranitelja ključa ni dovoljeno uporabiti.',
  },
  unableText:
    'Podpisovanje brez posnetka gre naprej: stranka odda samo sliko podpisa, z isto veljavo. Da bo snemanje spet mogoče, prosite hranitelja ključa za nova potrdila ali pokličite podporo.',
  awaiting: 'Stranka bere, da se danes shrani samo slika, in izbere, kako naprej.',
  begin: (role) => `Začni, samo slika: ${role}`,
};

export const escrow: Translated<EscrowMessages> = { sl, en };
