import { formatDateTime } from './format.ts';
import type { Translated } from './languages.ts';

/** Transactions that another program handed in at the cloud for this branch. */
const en = {
  origin: 'from the cloud',
  text: (until: string): string =>
    `Sent to this branch by another program. It can be begun until ${formatDateTime('en', until)}.`,
  over: (until: string): string =>
    `Sent to this branch by another program, to be begun until ${formatDateTime('en', until)}. That time is over, so it cannot be begun any more.`,
  giveBack: 'Give to another counter',
  giveBackText:
    'It goes from this counter, and another counter of this branch takes it by itself. This one does not get it again.',
  ended: {
    withdrawn: 'Whoever sent it took it back before anybody signed. There is nothing left to do.',
    returned: 'It was given to the other counters of this branch.',
    lost: 'The cloud gave it to another counter, or it was taken back. There is nothing left to do here.',
  },
};

export type JobMessages = typeof en;

const sl: JobMessages = {
  origin: 'iz oblaka',
  text: (until) =>
    `V to poslovalnico jo je poslal drug program. Začeti jo je mogoče do ${formatDateTime('sl', until)}.`,
  over: (until) =>
    `V to poslovalnico jo je poslal drug program. Začeti jo je bilo mogoče do ${formatDateTime('sl', until)}. Ta čas je minil, zato začetek ni več mogoč.`,
  giveBack: 'Predaj drugemu okencu',
  giveBackText: 'S tega okenca izgine, drugo okence te poslovalnice pa jo prevzame samo. Na to okence se ne vrne.',
  ended: {
    withdrawn: 'Pošiljatelj jo je umaknil, preden je kdo podpisal. Tu ni treba storiti ničesar več.',
    returned: 'Predana je drugim okencem te poslovalnice.',
    lost: 'Oblak jo je dal drugemu okencu ali pa je umaknjena. Tu ni treba storiti ničesar več.',
  },
};

export const jobs: Translated<JobMessages> = { sl, en };
