import type { Clock } from '../../signing/clock.ts';
import type { CeremonyId } from '../../signing/ids.ts';
import { err, ok, type Result } from '../../signing/result.ts';
import { PadError, type PadArea } from '../../drivers/pad.ts';
import type { DevicePolicy, DeviceRefusal } from '../device-policy.ts';
import type { SurfaceInk } from '../kiosk-api/capture.ts';
import type { PadCaptureEvent, PadListing, PadService } from '../pad-host/client.ts';
import { padDevice, padSurface } from './capture-part.ts';
import { nextPad, preferredDevice, refusalOf, type CaptureDeviceChoice } from './device-choice.ts';
import type { KioskEvents } from './events.ts';
import type { Interrupted } from './field-ink.ts';
import { LiveInk, MIRROR_INTERVAL_MS } from './live-ink.ts';
import {
  finishInk,
  inkPixels,
  isSamePlace,
  keptOf,
  newOpenField,
  openFieldView,
  waitsForPad,
  type DeviceLoss,
  type FieldToSign,
  type FinishedInk,
  type OpenField,
  type OpenFieldView,
} from './open-field.ts';
import { isThere, type PadGuard } from './pad-guard.ts';
import { guardContent } from './pad-words.ts';
import { thinned } from './thinned.ts';

export type Armed = Result<null, 'pad-unavailable' | DeviceRefusal>;
type Strokes = readonly (readonly (readonly [number, number])[])[];

export interface CaptureDeskPorts {
  readonly pads: PadService;
  readonly events: KioskEvents;
  readonly clock: Clock;
  readonly guard: PadGuard;
  /** A button pressed on the pad's own screen: the ceremony decides what follows. */
  readonly onButton: (ceremony: CeremonyId, button: 'ok' | 'clear' | 'cancel') => void;
  /** The device was lost, or left for another one. */
  readonly onInterrupted: (ceremony: CeremonyId, reason: DeviceLoss | 'changed', interrupted: Interrupted) => void;
  /** Ink is taken again after a loss or a change. */
  readonly onResumed: (ceremony: CeremonyId, device: { kind: 'pad' | 'surface'; model: string }) => void;
  /** Something of the view has changed. */
  readonly onChanged: (ceremony: CeremonyId) => void;
}

/** Feeds samples from the chosen device into the ink of one field and mirrors positions to screens. */
export class CaptureDesk {
  readonly #ports: CaptureDeskPorts;
  /** What is being captured now; there is one customer at a counter, so at most one. */
  #open: OpenField | null = null;
  #flushTimer: NodeJS.Timeout | undefined;

  constructor(ports: CaptureDeskPorts) {
    this.#ports = ports;
  }

  view(ceremony: CeremonyId): OpenFieldView | null {
    const open = this.#of(ceremony);
    // A pad that still draws its screen takes no ink: whoever wrote now would have written nothing.
    return open === null || open.phase === 'starting' ? null : openFieldView(open, this.#pads());
  }

  /** What is signed on now. */
  get device(): CaptureDeviceChoice | null {
    return this.#open?.device ?? null;
  }

  /** Where on the pad's own screen ink is asked for now, pixels; null when nothing is signed on a pad. */
  inkArea(): PadArea | null {
    return this.#open === null ? null : inkPixels(this.#open);
  }

  preferred(policy: DevicePolicy): CaptureDeviceChoice {
    return preferredDevice(this.#pads(), policy);
  }

  /**
   * Opens a field on a device. What was written for the same field before is kept, but for the stroke in progress; what
   * belongs to another field is dropped.
   */
  async arm(field: FieldToSign, device: CaptureDeviceChoice): Promise<Armed> {
    const refused = refusalOf(this.#pads(), field.policy, device);
    const before = this.#open;
    const again = before?.field.ceremony === field.ceremony && before.field.placement === field.placement;
    // Refused is the choice, not the signature: what is open stays as it is.
    if (refused !== null && again) return err(refused);
    if (again) this.#leave(before);
    const open = (this.#open = this.#openOn(field, device, again ? before : null));
    this.#stopFlush();
    // The same pad goes on without an idle screen between: its picture changes in parts.
    const freed = before?.device.kind === 'pad' && !isSameDevice(before.device, device) ? before.device.id : null;
    if (freed !== null) await this.#ports.pads.stopCapture(freed);
    if (this.#open !== open) return ok(null);
    if (refused !== null) return this.#stop(open, refused, refused);
    return this.#begin(open);
  }

  /** Forgets ink and frees the pad. */
  async disarm(): Promise<void> {
    const open = this.#open;
    this.#open = null;
    this.#stopFlush();
    open?.ink.reset();
    if (open?.device.kind === 'pad') await this.#ports.pads.stopCapture(open.device.id);
  }

  /** Drops all ink of the field, kept strokes as well; the device goes on by itself. */
  forget(ceremony: CeremonyId): void {
    const open = this.#of(ceremony);
    if (open === null) return;
    open.ink.reset();
    open.live?.take();
    Object.assign(open, { kept: null, strokeVoid: false, finished: null, completeness: null });
    this.#mirror(open, [], true);
  }

  /** Ink away on both sides: the device offers the same field anew. */
  async clear(ceremony: CeremonyId): Promise<void> {
    this.forget(ceremony);
    const open = this.#of(ceremony);
    if (open?.device.kind === 'pad' && open.phase === 'taking') await this.arm(open.field, open.device);
  }

  /** The pad whose word is compared now. */
  checking(ceremony: CeremonyId): string | null {
    const open = this.#of(ceremony);
    return open?.phase === 'checking' && open.device.kind === 'pad' ? open.device.id : null;
  }

  /** The clerk's answer to the word on the pad; 'pad-unavailable' when the pad that follows does not begin. */
  async answerCheck(ceremony: CeremonyId, matches: boolean): Promise<Armed> {
    const open = this.#of(ceremony);
    if (open?.phase !== 'checking' || open.device.kind !== 'pad') return err('pad-unavailable');
    if (matches) {
      this.#ports.guard.confirm(ceremony, open.device.id);
      return this.#start(open);
    }
    const next = nextPad(this.#pads(), open.field.policy, open.device.id);
    if (next !== null) return this.arm(open.field, next);
    this.#stop(open, 'wrong-pad', null);
    await this.#ports.pads.stopCapture(open.device.id);
    return ok(null);
  }

  /** Where the customer's screen shows the place to sign; null when no pad asks. */
  async place(ceremony: CeremonyId, place: PadArea): Promise<Armed | null> {
    const open = this.#of(ceremony);
    if (open?.pad?.shows !== 'computer-screen' || open.phase === 'stopped' || open.phase === 'checking') return null;
    if (open.place !== null && isSamePlace(open.place, place)) return ok(null);
    if (open.phase === 'placing') {
      open.place = place;
      return this.#start(open);
    }
    this.#leave(open);
    const moved = (this.#open = this.#openOn(open.field, open.device, open));
    moved.place = place;
    return this.#start(moved);
  }

  /** Takes the ink as finished; an error when there is nothing to take from, or the tenant's rules refuse it. */
  finish(
    ceremony: CeremonyId,
    surface: SurfaceInk | null,
    cleared: number,
  ): Result<FinishedInk, 'no-ink' | DeviceRefusal> {
    const open = this.#of(ceremony);
    if (open === null) return err('no-ink');
    if (open.finished !== null && surface === null) return ok(open.finished);
    const finished = finishInk(open, surface, cleared);
    if (finished.ok) open.finished = finished.value;
    return finished;
  }

  /** Positions from the customer's own screen go straight through to the clerk's. */
  mirror(ceremony: CeremonyId, strokes: Strokes, reset: boolean): boolean {
    const open = this.#of(ceremony);
    if (open?.device.kind !== 'surface') return false;
    this.#mirror(open, strokes, reset);
    return true;
  }

  /**
   * The pads have changed. A pad that came back, or was plugged in instead, goes on with the field; another that was
   * there all along waits for the clerk's choice. `paused`: a loss is noticed, but no device is begun.
   */
  async padsChanged(paused: boolean): Promise<void> {
    const open = this.#open;
    if (open === null || open.phase === 'starting') return;
    const { device, field } = open;
    const there = this.#pads().filter(isThere);
    const ids = new Set(there.map(({ description }) => description.id));
    const waits = open.phase === 'checking' || open.phase === 'placing';
    if (waits && device.kind === 'pad' && !ids.has(device.id)) {
      this.#lost(open, 'unplugged');
      return;
    }
    open.bystanders = new Set([...open.bystanders].filter((id) => ids.has(id)));
    const back = there.filter(({ description }) => !open.bystanders.has(description.id));
    const choice = preferredDevice(back, field.policy);
    const goesOn = open.phase === 'stopped' && waitsForPad(open.problem) && !paused && choice.kind === 'pad';
    if (goesOn) await this.arm(field, choice);
    // What can be chosen has changed, or what was.
    this.#ports.onChanged(field.ceremony);
  }

  #openOn(field: FieldToSign, device: CaptureDeviceChoice, before: OpenField | null): OpenField {
    const pad = device.kind === 'pad' ? (this.#listed(device.id)?.description ?? null) : null;
    return newOpenField(field, device, pad, before, this.#ports.clock);
  }

  /** The word first, where several pads could be meant; then the place, where the customer's screen has it; then ink. */
  async #begin(open: OpenField): Promise<Armed> {
    const { pads, guard } = this.#ports;
    const { device, field } = open;
    if (device.kind === 'surface') {
      this.#takes(open, { kind: 'surface', model: 'pointer' });
      return ok(null);
    }
    if (!guard.isNeeded(field.ceremony, device.id, pads.pads())) return this.#start(open);
    const word = guard.word(field.words.guard);
    try {
      await pads.showWord(device.id, guardContent(field.words, word));
    } catch (error) {
      if (!(error instanceof PadError)) throw error;
      return this.#stop(open, error.code === 'unplugged' ? 'unplugged' : 'failed', 'pad-unavailable');
    }
    if (this.#open !== open) return ok(null);
    open.word = word;
    open.phase = 'checking';
    return ok(null);
  }

  async #start(open: OpenField): Promise<Armed> {
    const { device, field, pad, kept, place, strokeVoid } = open;
    if (device.kind === 'surface') return ok(null);
    if (pad?.shows === 'computer-screen' && place === null) {
      open.phase = 'placing';
      return ok(null);
    }
    open.phase = 'starting';
    const started = await this.#ports.pads.startCapture(
      device.id,
      strokeVoid ? { ...field.screen, note: field.words.strokeVoid } : field.screen,
      (event) => this.#onPad(open, event),
      { ...(kept === null ? {} : { kept }), ...(place === null ? {} : { area: place }) },
    );
    if (this.#open !== open) return ok(null);
    if (!started.ok) return this.#stop(open, started.error === 'unplugged' ? 'unplugged' : 'failed', 'pad-unavailable');
    const { description, area } = started.value;
    open.ink.begin(padDevice(description), padSurface(description, area));
    open.area = area;
    open.live = new LiveInk(area);
    this.#takes(open, { kind: 'pad', model: description.model });
    for (const event of open.early.splice(0)) this.#onPad(open, event);
    return ok(null);
  }

  #takes(open: OpenField, device: { kind: 'pad' | 'surface'; model: string }): void {
    open.phase = 'taking';
    if (open.kept !== null || open.strokeVoid) this.#ports.onResumed(open.field.ceremony, device);
  }

  #stop<E>(open: OpenField, problem: string, code: E): Result<never, E> {
    open.phase = 'stopped';
    open.problem = problem;
    open.bystanders = new Set(
      this.#pads()
        .filter((pad) => isThere(pad) && problem !== 'screen-refused')
        .map(({ description }) => description.id),
    );
    return err(code);
  }

  /** The clerk turns to another device, or the place moves, while this one may be written on. */
  #leave(open: OpenField): void {
    if (open.phase !== 'taking' || open.device.kind === 'surface') return;
    this.#interrupt(open, 'changed');
  }

  #lost(open: OpenField, reason: DeviceLoss): void {
    if (open.device.kind === 'pad') this.#ports.guard.forget(open.device.id);
    this.#stop(open, reason, null);
    this.#interrupt(open, reason);
  }

  #interrupt(open: OpenField, reason: DeviceLoss | 'changed'): void {
    const interrupted = open.ink.interrupt(reason);
    open.kept = keptOf(open.ink);
    open.keptReason = reason;
    open.strokeVoid = interrupted.voidedSamples > 0;
    open.live?.take();
    const untouched = interrupted.keptStrokes === 0 && !open.strokeVoid;
    if (reason !== 'changed' || !untouched) this.#ports.onInterrupted(open.field.ceremony, reason, interrupted);
    this.#mirror(open, open.kept === null ? [] : thinned(open.kept), true);
  }

  #onPad(open: OpenField, event: PadCaptureEvent): void {
    if (this.#open !== open || open.phase === 'stopped') return;
    if (open.phase === 'starting') {
      open.early.push(event);
      return;
    }
    switch (event.type) {
      case 'samples':
        open.ink.open?.add(event.samples);
        open.ink.open?.lost(event.lost);
        open.live?.add(event.samples);
        this.#flushTimer ??= setTimeout(() => this.#flush(open), MIRROR_INTERVAL_MS);
        if (event.samples.at(-1)?.tip === false) this.#judge(open);
        return;
      case 'bad-report':
        open.ink.open?.badReport(event.reason);
        return;
      case 'button':
        // The clerk sees what was written before it is taken, wiped or called off.
        this.#stopFlush();
        this.#flush(open);
        this.#ports.onButton(open.field.ceremony, event.button);
        return;
      case 'lost':
        this.#lost(open, event.reason === 'unplugged' ? 'unplugged' : 'failed');
        return;
    }
  }

  /** One word for the clerk while it is written; told when it changes. */
  #judge(open: OpenField): void {
    const word = open.ink.completeness();
    if (word === open.completeness) return;
    open.completeness = word;
    this.#ports.onChanged(open.field.ceremony);
  }

  #flush(open: OpenField): void {
    this.#flushTimer = undefined;
    const strokes = open.live?.take() ?? null;
    if (strokes !== null && this.#open === open) this.#mirror(open, strokes, false);
  }

  #stopFlush(): void {
    clearTimeout(this.#flushTimer);
    this.#flushTimer = undefined;
  }

  /** A pad that shows nothing of its ink has it shown on the customer's screen. */
  #mirror({ field, pad }: OpenField, strokes: Strokes, reset: boolean): void {
    const { ceremony, placement } = field;
    const customer = pad !== null && pad.shows !== 'own-screen';
    this.#ports.events.emit({ type: 'live', ceremony, placement, strokes, reset, customer });
  }

  #pads(): readonly PadListing[] {
    return this.#ports.pads.pads();
  }

  #listed(id: string): PadListing | undefined {
    return this.#pads().find(({ description }) => description.id === id);
  }

  #of(ceremony: CeremonyId): OpenField | null {
    return this.#open?.field.ceremony === ceremony ? this.#open : null;
  }
}

function isSameDevice(a: CaptureDeviceChoice, b: CaptureDeviceChoice): boolean {
  return a.kind === 'pad' ? b.kind === 'pad' && a.id === b.id : b.kind === 'surface';
}
