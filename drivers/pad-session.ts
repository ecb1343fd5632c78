/**
 * What pad events mean while something is signed: ink, hover, a pressed button, losses. Pure: state in, state out.
 * Samples of a stroke that begins on a button or outside the area are no ink and are not passed on, nor are those of an
 * eraser; their sequence numbers still count, so that a press is not mistaken for a loss.
 */
import type { BadReport, ClosedReason, PadArea, PadEvent, PadGeometry, PadSample } from './pad.ts';
import type { ScreenButton } from './screen/parts.ts';
import { hitButton } from './screen/sign-screen.ts';
import type { SignScreen } from './screen/sign-screen.ts';

export interface PadSession {
  /** Null on a pad without a screen of its own, which has no buttons either. */
  readonly screen: SignScreen | null;
  readonly geometry: PadGeometry;
  /** Where ink is asked for, pad units. */
  readonly area: PadArea;
  /** Off while the pad's screen is redrawn: what is written then is not shown, and so it is not asked for. */
  readonly armed: boolean;
  readonly pen: PenState;
  /** Sequence number last seen, for pads that number their reports. */
  readonly sequence: number | null;
  /** Reports that never arrived, by the pad's own numbering, since the session was last armed. */
  readonly lost: number;
  readonly bad: number;
}
type PenState =
  | { readonly at: 'up' }
  | { readonly at: 'ink' }
  /** `inside`: whether the tip was still on the button when last seen down. */
  | { readonly at: 'button'; readonly button: ScreenButton; readonly inside: boolean }
  /** Went down before ink was taken, or outside the area, or as an eraser: no ink until it is lifted. */
  | { readonly at: 'ignored' };

export type SessionOutput =
  | { readonly type: 'samples'; readonly samples: readonly PadSample[]; readonly lost: number }
  | { readonly type: 'button'; readonly button: ScreenButton }
  | { readonly type: 'bad-report'; readonly reason: BadReport }
  | { readonly type: 'lost'; readonly reason: ClosedReason };
export interface SessionStep {
  readonly session: PadSession;
  readonly outputs: readonly SessionOutput[];
}

export function beginPadSession(screen: SignScreen, geometry: PadGeometry): PadSession {
  return { ...beginning, screen, geometry, area: inkAreaOf(screen, geometry) };
}

/** `share` is the part of the surface to sign on, 0 to 1 each way; null is all of it. */
export function beginScreenlessSession(geometry: PadGeometry, share: PadArea | null): PadSession {
  const { maxX, maxY } = geometry;
  const whole = { x: 0, y: 0, width: 1, height: 1 };
  return { ...beginning, screen: null, geometry, area: scaled(clipped(share ?? whole), maxX, maxY) };
}

const beginning = { armed: false, pen: { at: 'up' }, sequence: null, lost: 0, bad: 0 } as const;

function clipped({ x, y, width, height }: PadArea): PadArea {
  const inside = (value: number): number => Math.min(1, Math.max(0, value));
  const [left, top] = [inside(x), inside(y)];
  return { x: left, y: top, width: inside(x + width) - left, height: inside(y + height) - top };
}

/** From here on strokes are ink; a pen that is down already is not, until it is lifted. */
export function armPadSession(session: PadSession): PadSession {
  const pen: PenState = session.pen.at === 'up' ? session.pen : { at: 'ignored' };
  return { ...session, armed: true, pen, lost: 0, bad: 0 };
}

export function disarmPadSession(session: PadSession): PadSession {
  return { ...session, armed: false };
}

export function nextPadSession(session: PadSession, event: PadEvent): SessionStep {
  switch (event.type) {
    case 'samples':
      return takeSamples(session, event.samples);
    case 'bad-report':
      if (!session.armed) return { session, outputs: [] };
      return {
        session: { ...session, bad: session.bad + 1 },
        outputs: [{ type: 'bad-report', reason: event.reason }],
      };
    case 'closed':
      return { session: disarmPadSession(session), outputs: [{ type: 'lost', reason: event.reason }] };
  }
}

function takeSamples(session: PadSession, samples: readonly PadSample[]): SessionStep {
  let { pen, sequence } = session;
  const kept: PadSample[] = [];
  const buttons: SessionOutput[] = [];
  let newlyLost = 0;
  for (const sample of samples) {
    if (session.armed) newlyLost += lostBetween(sequence, sample.sequence);
    sequence = sample.sequence ?? sequence;
    const before = pen;
    pen = nextPen(session, pen, sample);
    if (!session.armed) continue;
    // Down and up inside the same button; sliding off it takes the press back. The lifting report does not count:
    // it may come from out of range, with no place at all.
    if (before.at === 'button' && pen.at === 'up' && before.inside) {
      buttons.push({ type: 'button', button: before.button });
    }
    if (sample.eraser === true) continue;
    if (pen.at === 'up' ? before.at !== 'button' : pen.at === 'ink') kept.push(sample);
  }
  const ink: readonly SessionOutput[] =
    kept.length > 0 || newlyLost > 0 ? [{ type: 'samples', samples: kept, lost: newlyLost }] : [];
  return { session: { ...session, pen, sequence, lost: session.lost + newlyLost }, outputs: [...ink, ...buttons] };
}

function nextPen(session: PadSession, pen: PenState, sample: PadSample): PenState {
  if (!sample.tip) return { at: 'up' };
  // Some pens say eraser for a side switch: a stroke that turns into it has ended.
  if (sample.eraser === true) return { at: 'ignored' };
  if (pen.at === 'button') return { ...pen, inside: buttonAt(session, sample) === pen.button };
  if (pen.at !== 'up') return pen;
  if (!session.armed) return { at: 'ignored' };
  if (session.screen === null) return isInside(session, sample) ? { at: 'ink' } : { at: 'ignored' };
  const button = buttonAt(session, sample);
  return button ? { at: 'button', button, inside: true } : { at: 'ink' };
}

/** An area that reaches the edge of the surface has no edge there: some pads send more than the range they state. */
function isInside({ area, geometry }: PadSession, { x, y }: PadSample): boolean {
  const within = (value: number, from: number, length: number, most: number): boolean =>
    (value >= from || from <= 0) && (value <= from + length || from + length >= most);
  return within(x, area.x, area.width, geometry.maxX) && within(y, area.y, area.height, geometry.maxY);
}

function buttonAt({ screen, geometry }: PadSession, sample: PadSample): ScreenButton | null {
  if (screen === null) return null;
  return hitButton(screen, (sample.x * screen.width) / geometry.maxX, (sample.y * screen.height) / geometry.maxY);
}

/** Counters wrap at 16 bits. A step back is a pad that began anew or a report told twice, not 65,000 losses. */
function lostBetween(before: number | null, now: number | undefined): number {
  if (before === null || now === undefined) return 0;
  const step = (now - before) & 0xffff;
  return step === 0 || step >= 0x8000 ? 0 : step - 1;
}

function inkAreaOf(screen: SignScreen, geometry: PadGeometry): PadArea {
  return scaled(screen.ink, geometry.maxX / screen.width, geometry.maxY / screen.height);
}

const scaled = ({ x, y, width, height }: PadArea, byX: number, byY: number): PadArea => ({
  x: Math.round(x * byX),
  y: Math.round(y * byY),
  width: Math.round(width * byX),
  height: Math.round(height * byY),
});
