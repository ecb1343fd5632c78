import type { Ceremony } from '../../signing/ceremony/ceremony.ts';
import { inkDoubt } from '../../signing/capture/doubt.ts';
import type { InkDoubt } from '../../signing/capture/capture-record.ts';
import { ok } from '../../signing/result.ts';
import type { Act, CaptureView, SurfaceInk } from '../kiosk-api.ts';
import { CaptureDesk, type CaptureDeviceChoice, type FinishedInk } from './capture-desk.ts';
import { isSurfaceInk } from './capture-session.ts';
import { aboutCeremony, takeStep } from './ceremony-steps.ts';
import { refuse, type KioskContext } from './context.ts';
import type { CeremonyListener } from './ceremony-desk.ts';
import { padWords, signScreenContent } from './pad-words.ts';
import { prepareSeal, type PreparedSeal, type SealProblem } from './sealer.ts';

/** From the pen on the pad to a sealed signature that is durable. */
export class SigningDesk {
  readonly #context: KioskContext;
  readonly #listener: CeremonyListener;
  readonly #capture: CaptureDesk;
  /** The ceremony whose ink is being sealed: nothing else may touch it meanwhile. */
  #sealing: string | null = null;
  #problem: SealProblem | 'cancelled-on-pad' | null = null;

  constructor(context: KioskContext, listener: CeremonyListener) {
    this.#context = context;
    this.#listener = listener;
    this.#capture = new CaptureDesk({
      pads: context.pads,
      events: context.events,
      clock: context.clock,
      onButton: (id, button) => void this.#onPadButton(id, button).catch(() => this.#announce()),
      onLost: (id, reason) => this.#onPadLost(id, reason),
    });
    context.pads.onChange(() => {
      // Ink that is being sealed is kept until that has ended: it may have to be tried again.
      if (this.#sealing !== null) return;
      void this.#capture.rearmAfterLoss().then((again) => again && this.#announce());
    });
  }

  inkArea(): ReturnType<CaptureDesk['inkArea']> {
    return this.#capture.inkArea();
  }

  isSealing(id: string): boolean {
    return this.#sealing === id;
  }

  /** Puts the present field before the signatory; called whenever a ceremony reaches or changes its turn. */
  async arm(ceremony: Ceremony, device: CaptureDeviceChoice = this.#capture.preferred()): Promise<Act> {
    const { state } = ceremony;
    if (state.kind !== 'capture') return refuse('wrong-state', 'nothing is being signed');
    const { vault, identity } = this.#context;
    const { turn, consent } = state;
    const record = vault.placements.get(turn.document, turn.placement);
    const document = vault.documents.get(turn.document);
    const signatory = vault.signatories.get(ceremony.signatory);
    if (record === null || document === null || signatory === null) return refuse('not-found', 'the field is gone');
    const { label, kind, page } = record.placement;
    const screen = signScreenContent(padWords(consent.language), {
      tenant: identity.tenant.name,
      document: document.name,
      label,
      kind,
      signatory: vault.identities.ofCeremony(ceremony.id)?.name ?? signatory.role,
      page,
      pages: document.facts.pages.length,
    });
    this.#problem = null;
    const biometric = consent.answer === 'biometric';
    const armed = await this.#capture.arm(ceremony.id, turn.placement, biometric, screen, device);
    this.#listener.moved(ceremony);
    return armed.ok ? ok(undefined) : refuse('pad-unavailable', armed.error);
  }

  disarm(): Promise<void> {
    this.#problem = null;
    return this.#capture.disarm();
  }

  mirror(id: string, strokes: readonly (readonly (readonly [number, number])[])[], reset: boolean): Act {
    return this.#capture.mirror(id as Ceremony['id'], strokes, reset)
      ? ok(undefined)
      : refuse('wrong-state', 'this screen is not the one being signed on');
  }

  async clear(id: string): Promise<Act> {
    if (this.isSealing(id)) return refuse('busy', 'the signature is being sealed');
    const taken = takeStep(this.#context, id, { kind: 'clear' }, null);
    if (!taken.ok) return taken;
    await this.#capture.clear(taken.value.id);
    this.#listener.moved(taken.value);
    return ok(undefined);
  }

  /** "Done" was pressed. Resolves when the signature is durable, or when a question is asked instead. */
  async accept(id: string, ink: SurfaceInk | null): Promise<Act<{ doubt: InkDoubt | null }>> {
    if (this.isSealing(id)) return refuse('busy', 'the signature is being sealed');
    const ceremony = this.#context.vault.ceremonies.get(id);
    if (ceremony?.state.kind !== 'capture') return refuse('wrong-state', 'nothing is being signed');
    if (ink !== null && !isSurfaceInk(ink)) return refuse('invalid', 'the ink columns do not belong together');
    const finished = this.#capture.finish(ceremony.id, ink, ceremony.state.cleared);
    if (finished === null) return refuse('no-ink', 'no ink has arrived from the chosen device');
    // Asked once: ink that was kept is not questioned again when sealing has to be tried a second time.
    const doubt = ceremony.state.kept === undefined ? inkDoubt(finished.shape) : null;
    if (doubt !== null) {
      const asked = takeStep(this.#context, id, { kind: 'question', doubt }, null);
      if (!asked.ok) return asked;
      this.#listener.moved(asked.value);
      return ok({ doubt });
    }
    const sealed = await this.#seal(ceremony, finished);
    return sealed.ok ? ok({ doubt: null }) : sealed;
  }

  async answerDoubt(id: string, keep: boolean): Promise<Act> {
    const taken = takeStep(this.#context, id, { kind: keep ? 'keep' : 'redo' }, null);
    if (!taken.ok) return taken;
    const ceremony = taken.value;
    if (!keep) {
      await this.#capture.clear(ceremony.id);
      this.#listener.moved(ceremony);
      return ok(undefined);
    }
    const { state } = ceremony;
    const finished = this.#capture.finish(ceremony.id, null, state.kind === 'capture' ? state.cleared : 0);
    if (finished === null) return refuse('no-ink', 'the ink is no longer there; please sign again');
    return this.#seal(ceremony, finished);
  }

  view(ceremony: Ceremony): CaptureView | null {
    const { state } = ceremony;
    if (state.kind !== 'capture' && state.kind !== 'questioned') return null;
    const { turn } = state;
    const record = this.#context.vault.placements.get(turn.document, turn.placement);
    if (record === null) return null;
    const open = this.#capture.view(ceremony.id);
    // Nothing asks for ink yet: naming a device now would show the customer one and then another.
    if (open === null) return null;
    const { id, label, box, page } = record.placement;
    return {
      placement: id,
      document: turn.document,
      label,
      index: turn.index,
      count: turn.count,
      box,
      page,
      ...(open.aspect === undefined ? {} : { aspect: open.aspect }),
      device: open.device,
      taking: open.problem === null,
      padCheck: null,
      kept: null,
      choices: this.#capture.choices(),
      completeness: null,
      cleared: state.cleared,
      doubt: state.kind === 'questioned' ? state.doubt : null,
      problem: this.#problem ?? open.problem,
      sealing: this.isSealing(ceremony.id),
    };
  }

  async #seal(ceremony: Ceremony, ink: FinishedInk): Promise<Act> {
    this.#sealing = ceremony.id;
    this.#problem = null;
    this.#listener.moved(ceremony);
    try {
      const prepared = await prepareSeal(this.#context, ceremony, ink);
      if (!prepared.ok) return this.#sealFailed(ceremony, prepared.error);
      const committed = this.#commit(ceremony, prepared.value);
      this.#sealing = null;
      if (!committed.ok) return this.#sealFailed(ceremony, 'revision-changed');
      const after = committed.value;
      if (after.state.kind === 'capture') {
        // Who signs on their own screen goes on there; a pad may have been changed for a better one meanwhile.
        const onSurface = this.#capture.view(ceremony.id)?.device.kind === 'surface';
        await this.arm(after, onSurface ? { kind: 'surface' } : undefined);
      } else {
        // Thanked as soon as it is durable; the pad is freed behind that.
        this.#listener.moved(after);
        await this.#capture.disarm();
      }
      return ok(undefined);
    } catch {
      // The ink is still in memory: the same button tries again.
      return this.#sealFailed(ceremony, 'seal-timeout');
    } finally {
      this.#sealing = null;
    }
  }

  /** Bytes, capture, statement, state and audit entries become durable in one SQLite transaction. */
  #commit(ceremony: Ceremony, seal: PreparedSeal): Act<Ceremony> {
    const { vault } = this.#context;
    const { document, placement } = seal.placement;
    const { increment, digest, length, statement, sealedCapture } = seal.field;
    return vault.write<Act<Ceremony>>(() => {
      const appended = vault.documents.appendRevision(
        document,
        increment,
        { digest, length, kind: 'sealed' },
        seal.previous,
      );
      if (!appended.ok) return refuse('revision-changed', 'another revision came between');
      vault.seals.insert({
        document,
        placement: placement.id,
        ceremony: ceremony.id,
        revision: appended.value.number,
        binding: statement,
        sealedCapture,
        completeness: seal.completeness,
        sealedAt: seal.at,
      });
      vault.placements.setSealed(document, placement.id, seal.at);
      for (const { record, value } of seal.dates) {
        vault.placements.setValue(document, record.placement.id, value);
        vault.placements.setSealed(document, record.placement.id, seal.at);
      }
      const step = takeStep(
        this.#context,
        ceremony.id,
        { kind: 'sealed', document, placement: placement.id, digest, length },
        null,
      );
      // Thrown, so that nothing of the seal stays when the ceremony moved on meanwhile.
      if (!step.ok) throw new Error(step.error.detail);
      return step;
    });
  }

  #sealFailed(ceremony: Ceremony, problem: SealProblem): Act<never> {
    const { vault } = this.#context;
    this.#sealing = null;
    this.#problem = problem;
    vault.write(
      () =>
        void vault.audit.append({
          eventType: 'signature.sealed',
          success: false,
          ...aboutCeremony(this.#context, ceremony, null),
          processState: 'signing',
          extra: { problem },
        }),
    );
    this.#listener.moved(vault.ceremonies.get(ceremony.id) ?? ceremony);
    return refuse(problem === 'revision-changed' ? 'revision-changed' : 'busy', problem);
  }

  async #onPadButton(id: string, button: 'ok' | 'clear' | 'cancel'): Promise<void> {
    const ceremony = this.#context.vault.ceremonies.get(id);
    // What was shown when "done" was pressed is what is sealed, whatever is pressed after.
    if (ceremony === null || this.isSealing(id)) return;
    switch (button) {
      case 'ok': {
        const accepted = await this.accept(id, null);
        if (!accepted.ok) this.#announce();
        return;
      }
      case 'clear': {
        // Whoever is asked whether to keep their ink and wipes it has answered.
        if (ceremony.state.kind === 'questioned') {
          await this.answerDoubt(id, false);
          return;
        }
        // The pad has already wiped its screen and goes on; only what was kept here is dropped.
        const taken = takeStep(this.#context, id, { kind: 'clear' }, null);
        this.#capture.forget(ceremony.id);
        if (taken.ok) this.#listener.moved(taken.value);
        return;
      }
      case 'cancel':
        // Never ends a ceremony by itself: the clerk asks and decides.
        this.#capture.forget(ceremony.id);
        this.#problem = 'cancelled-on-pad';
        this.#announce();
        return;
    }
  }

  /** Ink of one field never comes from two connections: what was there is void, and the trail says so. */
  #onPadLost(id: string, reason: string): void {
    if (this.isSealing(id)) return;
    this.#capture.forget(id as Ceremony['id']);
    const kind = reason === 'unplugged' ? 'unplugged' : 'failed';
    const taken = takeStep(this.#context, id, { kind: 'interrupt', reason: kind }, null);
    if (taken.ok) this.#listener.moved(taken.value);
  }

  #announce(): void {
    const [active] = this.#context.vault.ceremonies.allActive();
    if (active !== undefined) this.#listener.moved(active);
  }
}
