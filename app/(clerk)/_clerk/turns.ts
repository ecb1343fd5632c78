import type { SignatoryView } from '../../../kiosk-shell/kiosk-api/ceremony.ts';

/** The people of one order number. */
export interface Turn {
  readonly order: number;
  readonly people: readonly SignatoryView[];
  readonly signed: number;
  /** Somebody of it may sit down now, or sits already. */
  readonly present: boolean;
}

/** Turn by turn, each with its people as they are listed. */
export function turnsOf(signatories: readonly SignatoryView[]): readonly Turn[] {
  return [...Map.groupBy(signatories, ({ order }) => order)]
    .sort(([a], [b]) => a - b)
    .map(([order, people]) => {
      const signed = people.filter(({ state }) => state === 'signed').length;
      const present = people.some(({ state }) => state === 'next' || state === 'active');
      return { order, people, signed, present };
    });
}

/** Who can be asked to sit down; empty while somebody sits. */
export function readyToSign(signatories: readonly SignatoryView[]): readonly SignatoryView[] {
  if (signatories.some(({ state }) => state === 'active')) return [];
  return signatories.filter(({ state }) => state === 'next');
}
