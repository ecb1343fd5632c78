import type { PadAbilities, PadSubject } from './subject.ts';

/** A sentence every driver keeps, a row of the table. */
export interface PadCase {
  readonly name: string;
  /** Without these abilities the sentence says nothing. */
  readonly needs: readonly (keyof PadAbilities)[];
  readonly run: (subject: PadSubject) => Promise<void>;
}

const reasons: Readonly<Record<keyof PadAbilities, string>> = {
  screen: 'n/a: no screen',
  requests: 'n/a: only listens',
  hover: 'n/a: feels touch only',
  encryption: 'n/a: in clear',
  reports: 'n/a: a serial line',
};

/** Why a case does not apply to a pad, or null where it does. */
export function notApplicable(one: PadCase, { abilities }: PadSubject): string | null {
  const missing = one.needs.find((need) => !abilities[need]);
  return missing === undefined ? null : reasons[missing];
}
