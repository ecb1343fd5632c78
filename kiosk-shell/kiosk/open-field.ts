import type { CaptureCompleteness, CaptureDevice, InkShape } from '../../signing/capture/capture-record.ts';
import { isoTime, type Clock } from '../../signing/clock.ts';
import type { CeremonyId } from '../../signing/ids.ts';
import { err, ok, type Result } from '../../signing/result.ts';
import type { PadArea, PadDescription } from '../../drivers/pad.ts';
import type { SignScreenContent } from '../../drivers/screen/sign-screen.ts';
import type { DevicePolicy, DeviceRefusal } from '../device-policy.ts';
import type { CaptureDeviceView, DeviceChoiceView, KeptView, SurfaceInk } from '../kiosk-api/capture.ts';
import type { PadCaptureEvent, PadListing } from '../pad-host/client.ts';
import { choicesOf, inkRefusalOf, refusalOf, type CaptureDeviceChoice } from './device-choice.ts';
import { FieldInk, type InkSoFar } from './field-ink.ts';
import type { LiveInk } from './live-ink.ts';
import type { PadWords } from './pad-words.ts';
import { surfacePart } from './surface-ink.ts';
import { thinned } from './thinned.ts';

/** What is asked of whom: one field of one ceremony, and the rules it is signed by. */
export interface FieldToSign {
  readonly ceremony: CeremonyId;
  readonly placement: string;
  readonly biometric: boolean;
  readonly screen: SignScreenContent;
  readonly words: PadWords;
  readonly policy: DevicePolicy;
}

/** Ink that somebody has declared finished, ready to be judged and sealed. */
export interface FinishedInk extends Omit<InkSoFar, 'parts'> {
  readonly device: Pick<CaptureDevice, 'kind' | 'simulated' | 'model' | 'serial' | 'firmware'>;
}

/**
 * Where a device stands: 'checking' compares a word, 'placing' waits for the place on the customer's screen, 'starting'
 * draws, 'taking' takes ink, 'stopped' cannot.
 */
export type Phase = 'checking' | 'placing' | 'starting' | 'taking' | 'stopped';
export type DeviceLoss = 'unplugged' | 'failed';

/** One field on one device. Another device, or the same one begun anew, is another one of these with the same ink. */
export interface OpenField {
  readonly field: FieldToSign;
  /** Outlives its devices. */
  readonly ink: FieldInk;
  readonly device: CaptureDeviceChoice;
  /** As it was listed when it was chosen; null for the customer's own screen and for a pad nobody knows. */
  readonly pad: PadDescription | null;
  readonly startedAt: string;
  /** Why what is kept was written before. */
  keptReason: KeptView['reason'];
  kept: InkShape | null;
  /** A stroke in progress was lost: said on the pad as well. */
  strokeVoid: boolean;
  phase: Phase;
  word: string | null;
  live: LiveInk | null;
  /** What came before the answer that the pad takes ink. */
  early: PadCaptureEvent[];
  finished: FinishedInk | null;
  problem: string | null;
  /** Pads that were there when this one was lost: to go on with one of them is the clerk's choice. */
  bystanders: Set<string>;
  /** Where ink is asked for, pad units. */
  area: PadArea | null;
  /** The same as shares of the computer's screen, for a pen display. */
  place: PadArea | null;
  completeness: CaptureCompleteness['word'] | null;
}

/** `before`: the same field on the device it was on until now. */
export function newOpenField(
  field: FieldToSign,
  device: CaptureDeviceChoice,
  pad: PadDescription | null,
  before: OpenField | null,
  clock: Clock,
): OpenField {
  const ink = before?.ink ?? new FieldInk(field.biometric, clock);
  const { problem } = before ?? {};
  return {
    field,
    ink,
    device,
    pad,
    startedAt: isoTime(clock.now()),
    keptReason: problem === 'unplugged' || problem === 'failed' ? problem : 'changed',
    kept: keptOf(ink),
    strokeVoid: before?.strokeVoid ?? false,
    phase: 'starting',
    word: null,
    live: null,
    early: [],
    finished: null,
    problem: null,
    bystanders: new Set(),
    area: null,
    place: null,
    completeness: before?.completeness ?? null,
  };
}

/** Finished strokes of earlier devices; null when there are none. */
export function keptOf(ink: FieldInk): InkShape | null {
  const shape = ink.shape();
  return shape === null || shape.strokes.length === 0 ? null : shape;
}

/** All ink of the field, if there is any and the tenant's rules take it. `surface`: from the customer's own screen. */
export function finishInk(
  open: OpenField,
  surface: SurfaceInk | null,
  cleared: number,
): Result<FinishedInk, 'no-ink' | DeviceRefusal> {
  const { device, field, phase } = open;
  const onSurface = device.kind === 'surface';
  const stopped = onSurface && phase === 'stopped' ? refusalOf([], field.policy, device) : null;
  if (stopped !== null) return err(stopped);
  if (onSurface === (surface === null) || phase === 'starting') return err('no-ink');
  const ink = open.ink.finish(cleared, surface === null ? null : surfacePart(surface, open.startedAt));
  const last = ink?.parts.at(-1)?.device;
  if (ink === null || last === undefined) return err('no-ink');
  const refused = inkRefusalOf(field.policy, ink.parts);
  if (refused !== null) return err(refused);
  const { kind, simulated, model, serial, firmware } = last;
  return ok({ shape: ink.shape, record: ink.record, device: { kind, simulated, model, serial, firmware } });
}

export interface OpenFieldView {
  readonly device: CaptureDeviceView;
  readonly taking: boolean;
  readonly padCheck: { readonly word: string } | null;
  readonly kept: KeptView | null;
  readonly strokeVoid: boolean;
  readonly choices: readonly DeviceChoiceView[];
  readonly problem: string | null;
  readonly completeness: CaptureCompleteness['word'] | null;
  /** Width / height of the area signed in; absent on the customer's own screen. */
  readonly aspect?: number;
}

export function openFieldView(open: OpenField, pads: readonly PadListing[]): OpenFieldView {
  return {
    device: deviceView(open),
    taking: open.phase === 'taking',
    padCheck: open.phase === 'checking' && open.word !== null ? { word: open.word } : null,
    kept:
      open.kept === null
        ? null
        : { strokes: open.kept.strokes.length, reason: open.keptReason, ink: thinned(open.kept) },
    strokeVoid: open.strokeVoid,
    choices: choicesOf(pads, open.field.policy),
    problem: open.problem,
    completeness: open.completeness,
    ...(open.area === null ? {} : { aspect: open.area.width / open.area.height }),
  };
}

function deviceView({ device, pad }: OpenField): CaptureDeviceView {
  if (device.kind === 'surface') return device;
  const shows = pad?.shows ?? 'own-screen';
  return {
    kind: 'pad',
    id: device.id,
    model: pad?.model ?? 'pad',
    shows,
    buttons: shows === 'own-screen' ? 'pad' : 'screen',
  };
}

/** Problems that end by themselves when a pad is plugged in. */
export function waitsForPad(problem: string | null): boolean {
  return problem === 'unplugged' || problem === 'failed' || problem === 'screen-refused';
}

/** Where ink is asked for on the pad's own screen, pixels; null where there is no such screen. */
export function inkPixels({ pad, area }: OpenField): PadArea | null {
  const screen = pad?.geometry.screen ?? null;
  if (pad === null || screen === null || area === null) return null;
  const { maxX, maxY } = pad.geometry;
  const [sx, sy] = [screen.width / maxX, screen.height / maxY];
  return { x: area.x * sx, y: area.y * sy, width: area.width * sx, height: area.height * sy };
}

/** A layout that moved by less than a pixel of a large screen has not moved. */
const PLACE_STEP = 0.0002;

export function isSamePlace(a: PadArea, b: PadArea): boolean {
  return (['x', 'y', 'width', 'height'] as const).every((edge) => Math.abs(a[edge] - b[edge]) < PLACE_STEP);
}
