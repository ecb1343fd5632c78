import type { Ceremony } from '../../signing/ceremony/ceremony.ts';
import { fieldFacts } from './field-facts.ts';
import { preferredDevice, type CaptureDeviceChoice } from './device-choice.ts';
import { policyOf } from './document-types.ts';
import type { KioskContext } from './context.ts';
import { isThere } from './pad-guard.ts';
import { padWords, waitingContent } from './pad-words.ts';

/**
 * What pads show while nobody signs on them: a greeting, and from the identity check on, on the pad that will be signed
 * on, the signing screen with a line that asks for a moment. A colour picture takes seconds to arrive: it travels then.
 */
export class PadGreeter {
  readonly #context: KioskContext;
  /** What is signed on now. */
  readonly #signedOn: () => CaptureDeviceChoice | null;
  /** Pads that know their greeting; they show it again by themselves. */
  #greeted = new Set<string>();
  #waiting: { readonly ceremony: string; readonly pad: string } | null = null;

  constructor(context: KioskContext, signedOn: () => CaptureDeviceChoice | null) {
    this.#context = context;
    this.#signedOn = signedOn;
  }

  /** A pad that has come is greeted once: its own progress is a change as well, and must not be answered by another picture. */
  padsChanged(): void {
    const there = this.#context.pads.pads().filter(isThere);
    const ids = new Set(there.map(({ description }) => description.id));
    this.#greeted = new Set([...this.#greeted].filter((id) => ids.has(id)));
    if (this.#waiting !== null && !ids.has(this.#waiting.pad)) {
      // It would show the customer's document again when it is plugged in somewhere later.
      void this.#context.pads.stopCapture(this.#waiting.pad).catch(() => undefined);
      this.#waiting = null;
    }
    const [active] = this.#context.vault.ceremonies.allActive();
    if (active !== undefined) this.follow(active);
    for (const { description, state } of there) {
      if (state === 'ready' && !this.#greeted.has(description.id)) this.#greet(description.id);
    }
  }

  /** Called for every step of a ceremony. */
  follow(ceremony: Ceremony): void {
    const { kind } = ceremony.state;
    if (kind === 'identity' || kind === 'review' || kind === 'consent') {
      this.#prepare(ceremony);
      return;
    }
    // Between the answer and the first field no device is chosen yet: what stands there is still right.
    const signing = kind === 'capture' || kind === 'questioned';
    if (!signing || this.#signedOn() !== null) this.#release();
  }

  #prepare(ceremony: Ceremony): void {
    const { vault, pads, documentTypes } = this.#context;
    if (this.#waiting?.ceremony === ceremony.id) return;
    const types = vault.documents.ofTransaction(ceremony.transaction).map(({ type }) => type);
    const device = preferredDevice(pads.pads(), policyOf(documentTypes, types));
    const [turn] = ceremony.turns;
    const facts = turn === undefined ? null : fieldFacts(this.#context, ceremony, turn);
    if (device.kind !== 'pad' || facts === null) return;
    this.#waiting = { ceremony: ceremony.id, pad: device.id };
    // The customer's language is not known yet: the tenant's. A pad that fails says so by its own listing.
    void pads.showWaiting(device.id, waitingContent(padWords('sl'), facts)).catch(() => undefined);
  }

  /** Nobody signs on the pad that was made ready: it is let go. One that is signed on has its own screen. */
  #release(): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    const device = this.#signedOn();
    if (waiting === null || (device?.kind === 'pad' && device.id === waiting.pad)) return;
    void this.#context.pads.stopCapture(waiting.pad).catch(() => undefined);
  }

  #greet(pad: string): void {
    const { pads, identity } = this.#context;
    this.#greeted.add(pad);
    const content = { tenant: identity.tenant.name, branch: identity.branch.name, greeting: padWords('sl').greeting };
    void pads.showIdle(pad, content).catch(() => undefined);
  }
}
