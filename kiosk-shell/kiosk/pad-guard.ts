import type { RandomBytes } from '../../signing/access/session.ts';
import type { PadListing } from '../pad-host/client.ts';

/** Plugged in and driven: 'busy' can only be with what this counter did a moment ago. */
export function isThere({ state }: PadListing): boolean {
  return state === 'ready' || state === 'busy';
}

/**
 * The wrong-pad guard: with several pads on the counter, a word on the pad must be the one on the clerk's screen before
 * ink is taken, once for each ceremony and pad.
 */
export class PadGuard {
  readonly #random: RandomBytes;
  #confirmed: { readonly ceremony: string; readonly pad: string } | null = null;
  #lastWord: string | null = null;

  constructor(random: RandomBytes) {
    this.#random = random;
  }

  /** Only between screens can anybody take one pad for another. */
  isNeeded(ceremony: string, pad: string, pads: readonly PadListing[]): boolean {
    const screens = pads.filter((one) => isThere(one) && one.description.shows === 'own-screen');
    if (screens.length < 2 || !screens.some(({ description }) => description.id === pad)) return false;
    return this.#confirmed?.ceremony !== ceremony || this.#confirmed.pad !== pad;
  }

  /** A word that is not the last one: a screen that was not drawn anew is noticed. */
  word(words: readonly string[]): string {
    const choice = words.filter((word) => word !== this.#lastWord);
    const word = choice[Buffer.from(this.#random(4)).readUInt32BE() % choice.length];
    if (word === undefined) throw new RangeError('a guard has at least two words');
    this.#lastWord = word;
    return word;
  }

  confirm(ceremony: string, pad: string): void {
    this.#confirmed = { ceremony, pad };
  }

  /** Whoever plugs a pad in again may have taken another one. */
  forget(pad: string): void {
    if (this.#confirmed?.pad === pad) this.#confirmed = null;
  }
}
