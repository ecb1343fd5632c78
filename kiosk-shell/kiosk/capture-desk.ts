import type { Clock } from '../../signing/clock.ts';
import { isoTime } from '../../signing/clock.ts';
import type { CaptureRecord, InkShape } from '../../signing/capture/capture-record.ts';
import { shapeOf } from '../../signing/capture/strokes.ts';
import type { CeremonyId } from '../../signing/ids.ts';
import { err, ok, type Result } from '../../signing/result.ts';
import type { KioskEvents } from './events.ts';
import type { CaptureDeviceView, DeviceChoiceView, SurfaceInk } from '../kiosk-api.ts';
import type { PolicyPad } from '../device-policy.ts';
import type { PadCaptureEvent, PadListing, PadService, SignScreenContent } from '../pad-host/client.ts';
import { DRIVER_VERSION, padSession, surfaceRecord, type CaptureSession } from './capture-session.ts';
import { LiveInk, MIRROR_INTERVAL_MS } from './live-ink.ts';

export type CaptureDeviceChoice = { readonly kind: 'pad'; readonly id: string } | { readonly kind: 'surface' };

/** Ink that somebody has declared finished, ready to be judged and sealed. */
export interface FinishedInk {
  readonly shape: InkShape;
  /** Null on the picture-only path. */
  readonly record: CaptureRecord | null;
  readonly device: {
    readonly kind: 'pad' | 'surface';
    readonly simulated: boolean;
    readonly model: string;
    readonly serial: string | null;
    readonly firmware: string | null;
  };
}

/** What is being captured now; there is one customer at a counter, so at most one. */
interface Open {
  readonly ceremony: CeremonyId;
  readonly placement: string;
  readonly biometric: boolean;
  readonly screen: SignScreenContent;
  readonly startedAt: string;
  device: CaptureDeviceChoice & { readonly model: string };
  session: CaptureSession | null;
  live: LiveInk | null;
  finished: FinishedInk | null;
  problem: string | null;
  /** The device takes ink now, or has said why it does not. */
  told: boolean;
  /** Pad units; null on the customer's own screen. */
  area: { readonly x: number; readonly y: number; readonly width: number; readonly height: number } | null;
}
export interface CaptureDeskView {
  readonly device: CaptureDeviceView;
  readonly problem: string | null;
  /** Width / height of the area signed in; absent on the customer's own screen. */
  readonly aspect?: number;
}

export interface CaptureDeskPorts {
  readonly pads: PadService;
  readonly events: KioskEvents;
  readonly clock: Clock;
  /** A button pressed on the pad's own screen, or the pad lost: the ceremony decides what follows. */
  readonly onButton: (ceremony: CeremonyId, button: 'ok' | 'clear' | 'cancel') => void;
  readonly onLost: (ceremony: CeremonyId, reason: string) => void;
}

/** Plugged in and driven: 'busy' can only be with what this counter did a moment ago. */
export function isThere({ state }: PadListing): boolean {
  return state === 'ready' || state === 'busy';
}

export function policyPad({ description }: PadListing): PolicyPad {
  return { measuresPressure: description.geometry.maxPressure !== null };
}

/** Feeds samples from the chosen device into one open capture and mirrors positions to staff screens. */
export class CaptureDesk {
  readonly #ports: CaptureDeskPorts;
  #open: Open | null = null;
  #flushTimer: NodeJS.Timeout | undefined;

  constructor(ports: CaptureDeskPorts) {
    this.#ports = ports;
  }

  view(ceremony: CeremonyId): CaptureDeskView | null {
    const open = this.#of(ceremony);
    // A pad that still draws its screen takes no ink: whoever wrote now would have written nothing.
    if (open?.told !== true) return null;
    const { device } = open;
    return {
      device: device.kind === 'pad' ? this.#padView(device) : { kind: 'surface' },
      problem: open.problem,
      ...(open.area === null ? {} : { aspect: open.area.width / open.area.height }),
    };
  }

  /** Where on the pad's own screen ink is asked for now, pixels; null when nothing is signed on a pad. */
  inkArea(): { readonly x: number; readonly y: number; readonly width: number; readonly height: number } | null {
    const { device, area } = this.#open ?? {};
    if (device?.kind !== 'pad' || area === null || area === undefined) return null;
    const pad = this.#ports.pads.pads().find(({ description }) => description.id === device.id)?.description;
    const screen = pad?.geometry.screen ?? null;
    if (pad === undefined || screen === null) return null;
    const { maxX, maxY } = pad.geometry;
    const [sx, sy] = [screen.width / maxX, screen.height / maxY];
    return { x: area.x * sx, y: area.y * sy, width: area.width * sx, height: area.height * sy };
  }

  /** Every device that is there. */
  choices(): readonly DeviceChoiceView[] {
    const pads = this.#ports.pads.pads().filter(isThere);
    return [
      ...pads.map(({ description: { id, model } }): DeviceChoiceView => {
        return { kind: 'pad', id, model, allowed: true, reason: null };
      }),
      { kind: 'surface', id: null, model: 'pointer', allowed: true, reason: null },
    ];
  }

  /** The pad a ceremony gets unasked: a real one before a simulated one; none means the customer's own screen. */
  preferred(): CaptureDeviceChoice {
    const ready = this.#ports.pads.pads().filter(isThere);
    const pad = ready.find((candidate) => !candidate.simulated) ?? ready[0];
    return pad === undefined ? { kind: 'surface' } : { kind: 'pad', id: pad.description.id };
  }

  /** Opens the capture of one field on a device; whatever was open before is dropped. */
  async arm(
    ceremony: CeremonyId,
    placement: string,
    biometric: boolean,
    screen: SignScreenContent,
    device: CaptureDeviceChoice,
  ): Promise<Result<null, 'pad-unavailable'>> {
    await this.disarm();
    const open: Open = {
      ceremony,
      placement,
      biometric,
      screen,
      startedAt: isoTime(this.#ports.clock.now()),
      device:
        device.kind === 'pad' ? { ...device, model: this.#modelOf(device.id) } : { kind: 'surface', model: 'pointer' },
      session: null,
      live: null,
      finished: null,
      problem: null,
      told: device.kind === 'surface',
      area: null,
    };
    this.#open = open;
    if (device.kind === 'surface') return ok(null);
    const started = await this.#ports.pads.startCapture(device.id, screen, (event) => this.#onPad(open, event));
    open.told = true;
    if (!started.ok) {
      open.problem = started.error;
      return err('pad-unavailable');
    }
    const { description, area } = started.value;
    const { geometry } = description;
    open.area = area;
    open.live = new LiveInk(area);
    open.session = padSession(
      {
        kind: 'pad',
        simulated: description.road === 'simulated',
        maker: description.maker,
        model: description.model,
        serial: description.serial,
        firmware: description.firmware,
        driver: `${description.maker.toLowerCase()} ${DRIVER_VERSION}`,
      },
      {
        maxX: geometry.maxX,
        maxY: geometry.maxY,
        ...(geometry.maxPressure === null ? {} : { maxPressure: geometry.maxPressure }),
        ...(geometry.unitsPerInch === null ? {} : { unitsPerInch: geometry.unitsPerInch }),
        nominalRate: geometry.nominalRate,
        area,
      },
      biometric,
      this.#ports.clock,
    );
    return ok(null);
  }

  /** Forgets ink and frees the pad. */
  async disarm(): Promise<void> {
    const open = this.#open;
    this.#open = null;
    clearTimeout(this.#flushTimer);
    this.#flushTimer = undefined;
    open?.session?.reset();
    if (open?.device.kind === 'pad') await this.#ports.pads.stopCapture(open.device.id);
  }

  /** Drops the ink that is kept here; the device goes on by itself. */
  forget(ceremony: CeremonyId): void {
    const open = this.#of(ceremony);
    if (open === null) return;
    open.finished = null;
    open.session?.reset();
    open.live?.take();
    this.#ports.events.emit({
      type: 'live',
      ceremony,
      placement: open.placement,
      strokes: [],
      reset: true,
      customer: false,
    });
  }

  /** Ink away on both sides: the device offers the same field anew. */
  async clear(ceremony: CeremonyId): Promise<void> {
    this.forget(ceremony);
    const open = this.#of(ceremony);
    if (open?.device.kind === 'pad') {
      await this.arm(ceremony, open.placement, open.biometric, open.screen, { kind: 'pad', id: open.device.id });
    }
  }

  /** Takes the ink as finished; null when there is nothing to take from. */
  finish(ceremony: CeremonyId, surface: SurfaceInk | null, cleared: number): FinishedInk | null {
    const open = this.#of(ceremony);
    if (open === null) return null;
    if (open.finished !== null && surface === null) return open.finished;
    // A pad that is gone delivers nothing: that is no blank signature.
    if (open.problem !== null) return null;
    open.finished =
      open.device.kind === 'surface' ? this.#fromSurface(open, surface, cleared) : this.#fromPad(open, cleared);
    return open.finished;
  }

  /** Positions from the customer's own screen go straight through to the clerk's. */
  mirror(ceremony: CeremonyId, strokes: readonly (readonly (readonly [number, number])[])[], reset: boolean): boolean {
    const open = this.#of(ceremony);
    if (open?.device.kind !== 'surface') return false;
    this.#ports.events.emit({ type: 'live', ceremony, placement: open.placement, strokes, reset, customer: false });
    return true;
  }

  /** A pad came back while its capture waits: the same field is offered again there. */
  async rearmAfterLoss(): Promise<boolean> {
    const open = this.#open;
    if (open === null || open.problem === null || open.device.kind !== 'pad') return false;
    const choice = this.preferred();
    if (choice.kind !== 'pad') return false;
    const armed = await this.arm(open.ceremony, open.placement, open.biometric, open.screen, choice);
    return armed.ok;
  }

  #fromPad(open: Open, cleared: number): FinishedInk | null {
    if (open.session === null || open.device.kind !== 'pad') return null;
    const id = open.device.id;
    const pad = this.#ports.pads.pads().find(({ description }) => description.id === id)?.description;
    return {
      shape: open.session.shape(),
      record: open.session.record(cleared),
      device: {
        kind: 'pad',
        simulated: pad?.road === 'simulated',
        model: open.device.model,
        serial: pad?.serial ?? null,
        firmware: pad?.firmware ?? null,
      },
    };
  }

  #fromSurface(open: Open, ink: SurfaceInk | null, cleared: number): FinishedInk | null {
    if (ink === null) return null;
    const record = surfaceRecord(ink, open.startedAt, cleared);
    return {
      shape: shapeOf(record),
      record: open.biometric ? record : null,
      device: { kind: 'surface', simulated: false, model: record.device.model, serial: null, firmware: null },
    };
  }

  #onPad(open: Open, event: PadCaptureEvent): void {
    if (this.#open !== open) return;
    switch (event.type) {
      case 'samples':
        open.session?.add(event.samples);
        open.session?.lost(event.lost);
        open.live?.add(event.samples);
        this.#flushTimer ??= setTimeout(() => this.#flush(open), MIRROR_INTERVAL_MS);
        return;
      case 'bad-report':
        open.session?.badReport(event.reason);
        return;
      case 'button':
        this.#ports.onButton(open.ceremony, event.button);
        return;
      case 'lost':
        open.problem = event.reason;
        this.#ports.onLost(open.ceremony, event.reason);
        return;
    }
  }

  #flush(open: Open): void {
    this.#flushTimer = undefined;
    const strokes = open.live?.take() ?? null;
    if (strokes === null || this.#open !== open) return;
    this.#ports.events.emit({
      type: 'live',
      ceremony: open.ceremony,
      placement: open.placement,
      strokes,
      reset: false,
      customer: false,
    });
  }

  #of(ceremony: CeremonyId): Open | null {
    return this.#open?.ceremony === ceremony ? this.#open : null;
  }

  #padView({ id, model }: { readonly id: string; readonly model: string }): CaptureDeviceView {
    const shows = this.#ports.pads.pads().find(({ description }) => description.id === id)?.description.shows;
    return { kind: 'pad', id, model, shows: shows ?? 'own-screen', buttons: shows === 'own-screen' ? 'pad' : 'screen' };
  }

  #modelOf(id: string): string {
    return this.#ports.pads.pads().find(({ description }) => description.id === id)?.description.model ?? 'pad';
  }
}
