/**
 * The ink test of `npm run doctor`: ten seconds on one pad, measured like a capture, shown in figures, kept nowhere. What
 * is measured is the way from the pen to this program; who writes does not matter.
 */
import type { DriverClock } from '../drivers/clock.ts';
import type { Pad, PadEvent } from '../drivers/pad.ts';
import { armPadSession, beginScreenlessSession, nextPadSession } from '../drivers/pad-session.ts';
import { renderWords } from '../drivers/screen/render.ts';
import { messageScreen } from '../drivers/screen/word-screens.ts';
import { measureCompleteness } from '../signing/capture/completeness.ts';
import type { CaptureFigures } from '../signing/capture/capture-record.ts';
import { systemClock } from '../signing/clock.ts';
import { padDevice, padSurface, PadPart } from './kiosk/capture-part.ts';

export interface InkTestOptions {
  readonly clock: DriverClock;
  /** From the first contact. */
  readonly seconds: number;
  /** How long to wait for the first contact. */
  readonly patienceSeconds: number;
  /** The pad takes ink: before, there may have been keys to agree on. */
  readonly onReady?: () => void;
  readonly onFirstContact?: () => void;
}
/** Null when nobody wrote. 'lost' when the pad went away meanwhile. */
export type InkTestResult = { readonly figures: CaptureFigures | null } | 'lost';

/** Rejects with `PadError` when the pad does not take a capture. The pad is left clean, and open. */
export async function testInk(pad: Pad, options: InkTestOptions): Promise<InkTestResult> {
  const { description } = pad;
  const { screen } = description.geometry;
  if (screen !== null) {
    const words = { headline: 'Ink test', text: `Write for ${options.seconds} seconds. Nothing is kept.` };
    await pad.showPicture(renderWords(messageScreen(screen, words)).rgba);
  }
  let session = armPadSession(beginScreenlessSession(description.geometry, null));
  const part = new PadPart(padDevice(description), padSurface(description, session.area), true, systemClock);
  await pad.startCapture();
  options.onReady?.();
  const ended = await listen(pad, options, (event) => {
    const step = nextPadSession(session, event);
    session = step.session;
    for (const output of step.outputs) {
      if (output.type === 'samples') {
        part.add(output.samples);
        part.lost(output.lost);
      } else if (output.type === 'bad-report') part.badReport(output.reason);
    }
    return part.strokes > 0;
  });
  if (ended === 'lost') return 'lost';
  await pad.endCapture();
  if (screen !== null) await pad.clearScreen();
  if (part.strokes === 0) return { figures: null };
  const record = { type: 'countersign.capture', version: 1, ...part.part(), cleared: 0 } as const;
  return { figures: measureCompleteness(record) };
}

/** Until so long after the first contact, or nobody wrote for too long, or the pad is gone. */
function listen(
  pad: Pad,
  { clock, seconds, patienceSeconds, onFirstContact }: InkTestOptions,
  take: (event: PadEvent) => boolean,
): Promise<'done' | 'lost'> {
  return new Promise((resolve) => {
    let written = false;
    const end = (how: 'done' | 'lost'): void => {
      cancel();
      stop();
      resolve(how);
    };
    let cancel = clock.after(patienceSeconds * 1000, () => end('done'));
    const stop = pad.onEvent((event) => {
      const first = take(event) && !written;
      if (event.type === 'closed') end('lost');
      else if (first) {
        written = true;
        cancel();
        cancel = clock.after(seconds * 1000, () => end('done'));
        onFirstContact?.();
      }
    });
  });
}

const VERDICTS: Readonly<Record<CaptureFigures['word'], string>> = {
  complete: 'Complete: this pad can be signed on.',
  gaps: 'With gaps: it can be signed on, but something is missing from the record. See below what.',
  poor: 'Poor: do not sign on it. See below why; try another cable and socket, then another pad.',
};

/** What the test found, in lines to read: the verdict first. */
export function inkTestWords(result: InkTestResult): readonly string[] {
  if (result === 'lost') return ['The pad went away during the test. Check its cable and try again.'];
  const { figures } = result;
  if (figures === null) return ['Nothing was written, so nothing was measured.'];
  const { lostReports, pressureSpan, saturatedShare } = figures;
  return [
    VERDICTS[figures.word],
    `Samples              ${figures.samples} in ${figures.strokes} ${figures.strokes === 1 ? 'stroke' : 'strokes'}`,
    `Rate                 ${figures.rate} a second (below 60 is poor)`,
    `Jitter               ${figures.jitterMs} ms (above 25 reports come in lumps)`,
    `Longest gap          ${figures.longestGapMs} ms (above 40 is a gap)`,
    `Lost reports         ${lostReports ?? 'not told: this pad does not number its reports'}`,
    `Unreadable reports   ${figures.malformedReports + figures.refusedReports}`,
    `Pressure             ${
      pressureSpan === null ? 'not measured by this pad' : `moved over ${percent(pressureSpan)} of its range`
    }`,
    `At full pressure     ${saturatedShare === null ? 'not known' : `${percent(saturatedShare)} of the samples`}`,
  ];
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
