import type { Ceremony } from '../../signing/ceremony/ceremony.ts';
import { inkDoubt } from '../../signing/capture/doubt.ts';
import type { InkDoubt } from '../../signing/capture/capture-record.ts';
import { ok } from '../../signing/result.ts';
import type { PadArea } from '../../drivers/pad.ts';
import type { DeviceRefusal } from '../device-policy.ts';
import type { Act } from '../kiosk-api/acts.ts';
import type { CaptureView, SurfaceInk } from '../kiosk-api/capture.ts';
import type { Actor } from '../kiosk-api/staff.ts';
import { CaptureDesk, type Armed } from './capture-desk.ts';
import { aboutCeremony, takeStep } from './ceremony-steps.ts';
import { refuse, type KioskContext } from './context.ts';
import type { CeremonyListener } from './ceremony-desk.ts';
import type { CaptureDeviceChoice } from './device-choice.ts';
import { commitSeal } from './commit-seal.ts';
import { fieldToSign } from './field-facts.ts';
import type { FinishedInk } from './open-field.ts';
import { isThere, PadGuard } from './pad-guard.ts';
import { isSurfaceInk } from './surface-ink.ts';
import { prepareSeal, type SealProblem } from './sealer.ts';

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
      guard: new PadGuard(context.random),
      onButton: (id, button) => void this.#onPadButton(id, button).catch(() => this.#announce()),
      onInterrupted: (id, reason, { keptStrokes, voidedSamples }) => {
        // Ink that is being sealed is whole: nothing of it is lost with its pad.
        if (this.isSealing(id)) return;
        const strokeVoid = voidedSamples > 0;
        const taken = takeStep(this.#context, id, { kind: 'interrupt', reason, keptStrokes, strokeVoid }, null);
        if (taken.ok) this.#listener.moved(taken.value);
      },
      onResumed: (id, { kind, model }) => this.#note(id, 'capture.resumed', true, { device: kind, model }, null),
      onChanged: () => this.#announce(),
    });
    context.pads.onChange(() => this.#padsChanged());
  }

  /** What is signed on now, for whoever shows something on the other pads. */
  get device(): CaptureDeviceChoice | null {
    return this.#capture.device;
  }

  inkArea(): ReturnType<CaptureDesk['inkArea']> {
    return this.#capture.inkArea();
  }

  isSealing(id: string): boolean {
    return this.#sealing === id;
  }

  /** Puts the present field before the signatory; called whenever a ceremony reaches or changes its turn. */
  async arm(ceremony: Ceremony, wanted?: CaptureDeviceChoice): Promise<Act> {
    const field = fieldToSign(this.#context, ceremony);
    if (!field.ok) return field;
    this.#problem = null;
    return this.#armed(
      ceremony,
      await this.#capture.arm(field.value, wanted ?? this.#capture.preferred(field.value.policy)),
    );
  }

  /** The clerk's choice; one that the tenant's rules refuse changes nothing and is noted. */
  async chooseDevice(id: string, device: CaptureDeviceChoice, actor: Actor): Promise<Act<Ceremony>> {
    const ceremony = this.#context.vault.ceremonies.get(id);
    if (ceremony === null) return refuse('not-found', 'no such ceremony');
    if (this.isSealing(id)) return refuse('busy', 'the signature is being sealed');
    const armed = await this.arm(ceremony, device);
    if (armed.ok) return ok(ceremony);
    if (isDeviceRefusal(armed.error.code)) this.#refused(id, armed.error.code, device.kind, actor);
    return armed;
  }

  /** The clerk has compared the word on the pad with the one on the screen. */
  async confirmPad(id: string, matches: boolean, actor: Actor): Promise<Act<Ceremony>> {
    const ceremony = this.#context.vault.ceremonies.get(id);
    if (ceremony === null) return refuse('not-found', 'no such ceremony');
    const pad = this.#capture.checking(ceremony.id);
    if (pad === null) return refuse('wrong-state', 'no word is being compared');
    this.#note(id, 'capture.pad-checked', matches, { pad }, actor);
    const armed = this.#armed(ceremony, await this.#capture.answerCheck(ceremony.id, matches));
    return armed.ok ? ok(ceremony) : armed;
  }

  /** The customer's screen says where it shows the place to sign. */
  async signArea(id: string, place: PadArea): Promise<Act> {
    const ceremony = this.#context.vault.ceremonies.get(id);
    if (ceremony === null) return refuse('not-found', 'no such ceremony');
    if (this.isSealing(id) || ceremony.state.kind !== 'capture')
      return refuse('wrong-state', 'nothing is being signed');
    const placed = await this.#capture.place(ceremony.id, place);
    return placed === null ? refuse('wrong-state', 'no pad asks where to sign') : this.#armed(ceremony, placed);
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
    if (!finished.ok) {
      if (isDeviceRefusal(finished.error)) this.#refused(id, finished.error, ink === null ? 'pad' : 'surface', null);
      return refuse(finished.error, 'no ink has arrived that may be taken from the chosen device');
    }
    // Asked once: ink that was kept is not questioned again when sealing has to be tried a second time.
    const doubt = ceremony.state.kept === undefined ? inkDoubt(finished.value.shape) : null;
    if (doubt !== null) {
      const asked = takeStep(this.#context, id, { kind: 'question', doubt }, null);
      if (!asked.ok) return asked;
      this.#listener.moved(asked.value);
      return ok({ doubt });
    }
    const sealed = await this.#seal(ceremony, finished.value);
    return sealed.ok ? ok({ doubt: null }) : sealed;
  }

  async answerDoubt(id: string, keep: boolean): Promise<Act> {
    const taken = takeStep(this.#context, id, { kind: keep ? 'keep' : 'redo' }, null);
    if (!taken.ok) return taken;
    const ceremony = taken.value;
    if (!keep) {
      await this.#capture.clear(ceremony.id);
      // A pad that came back while the question stood was left alone until now.
      await this.#capture.padsChanged(false);
      this.#listener.moved(ceremony);
      return ok(undefined);
    }
    const { state } = ceremony;
    const finished = this.#capture.finish(ceremony.id, null, state.kind === 'capture' ? state.cleared : 0);
    if (!finished.ok) return refuse(finished.error, 'the ink is no longer there; please sign again');
    return this.#seal(ceremony, finished.value);
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
      taking: open.taking && state.kind === 'capture' && this.#problem === null && !this.isSealing(ceremony.id),
      padCheck: open.padCheck,
      kept: open.kept,
      strokeVoid: open.strokeVoid,
      choices: open.choices,
      completeness: open.completeness,
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
      const committed = commitSeal(this.#context, ceremony, prepared.value);
      this.#sealing = null;
      if (!committed.ok) return this.#sealFailed(ceremony, 'revision-changed');
      const after = committed.value;
      if (after.state.kind === 'capture') {
        await this.arm(after, this.#goesOnWith());
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
        const taken = takeStep(this.#context, id, { kind: 'clear' }, null);
        // The pad has already wiped its screen and goes on; only what was kept here is dropped.
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

  #padsChanged(): void {
    const [active] = this.#context.vault.ceremonies.allActive();
    if (active === undefined) return;
    // A pad that comes back must not draw over a question, or over ink that may have to be sealed once more.
    const paused = this.#sealing !== null || active.state.kind !== 'capture';
    void this.#capture.padsChanged(paused).catch(() => this.#announce());
  }

  /** Whoever signs somewhere goes on there; null when that device is gone. */
  #goesOnWith(): CaptureDeviceChoice | undefined {
    const device = this.#capture.device;
    if (device?.kind !== 'pad') return device ?? undefined;
    const there = this.#context.pads.pads().some((pad) => isThere(pad) && pad.description.id === device.id);
    return there ? device : undefined;
  }

  #armed(ceremony: Ceremony, armed: Armed): Act {
    this.#listener.moved(ceremony);
    return armed.ok ? ok(undefined) : refuse(armed.error, 'the device cannot be signed on');
  }

  #refused(id: string, reason: DeviceRefusal, device: 'pad' | 'surface', actor: Actor | null): void {
    this.#note(id, 'capture.device-refused', false, { reason, device }, actor);
  }

  #note(
    id: string,
    eventType: 'capture.resumed' | 'capture.pad-checked' | 'capture.device-refused',
    success: boolean,
    extra: Readonly<Record<string, string>>,
    actor: Actor | null,
  ): void {
    const { vault } = this.#context;
    const ceremony = vault.ceremonies.get(id);
    if (ceremony === null) return;
    vault.write(
      () =>
        void vault.audit.append({
          eventType,
          success,
          ...aboutCeremony(this.#context, ceremony, actor),
          processState: 'signing',
          extra,
        }),
    );
  }

  #announce(): void {
    const [active] = this.#context.vault.ceremonies.allActive();
    if (active !== undefined) this.#listener.moved(active);
  }
}

function isDeviceRefusal(code: string): code is DeviceRefusal {
  return code === 'pressure-required' || code === 'screen-refused' || code === 'finger-refused';
}
