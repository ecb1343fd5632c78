import { describe, expect, it } from 'vitest';
import type { FoundPad } from '../../drivers/found-pad.ts';
import type { Pad } from '../../drivers/pad.ts';
import { simulatedFound } from '../../drivers/simulated/simulated-models.ts';
import type { SimulatedPen } from '../../drivers/simulated/pen-pace.ts';
import { SimulatedStu } from '../../drivers/simulated/simulated-stu.ts';
import { openStuPad } from '../../drivers/wacom/stu-pad.ts';
import { runInkTest } from '../../kiosk-shell/cli/doctor-ink.ts';
import type { PadPorts } from '../../kiosk-shell/doctor-pads.ts';
import { inkTestWords, testInk, type InkTestResult } from '../../kiosk-shell/ink-test.ts';
import { ManualClock } from '../drivers/manual-clock.ts';

const OPTIONS = { seconds: 10, patienceSeconds: 30 } as const;

interface Rig {
  readonly clock: ManualClock;
  readonly simulated: SimulatedStu;
  readonly found: FoundPad;
  readonly pad: Pad;
}
async function rig(): Promise<Rig> {
  const clock = new ManualClock();
  const simulated = new SimulatedStu('stu-530', clock);
  const found = simulatedFound(simulated.facts);
  const pad = await clock.settle(openStuPad(simulated.connect(), found, { clock: simulated.arrivals }));
  return { clock, simulated, found, pad };
}
/** A wave of so many samples at 200 a second, the pen lifted at its end. */
function wave(count: number): readonly SimulatedPen[] {
  return Array.from({ length: count }, (_, i) => ({
    x: 200 + i,
    y: 240 + 60 * Math.sin(i / 9),
    p: 0.3 + 0.25 * Math.sin(i / 14),
    tip: i < count - 1,
    t: i * 5,
  }));
}
/** The test from its beginning, with what the person does once the pad takes ink. */
async function tested({ clock, pad }: Rig, act: () => Promise<void> | void): Promise<InkTestResult> {
  let contact = 0;
  const testing = Promise.withResolvers<InkTestResult>();
  const ready = new Promise<void>((resolve) => {
    const options = { clock, ...OPTIONS, onReady: resolve, onFirstContact: () => (contact += 1) };
    testInk(pad, options).then(testing.resolve, testing.reject);
  });
  await clock.settle(ready);
  await act();
  const result = await clock.settle(testing.promise);
  if (result !== 'lost') expect(contact).toBe(result.figures === null ? 0 : 1);
  return result;
}

describe('the ink test of the doctor', () => {
  it('measures what was written and gives a verdict in words, with every figure', async () => {
    const desk = await rig();
    const result = await tested(desk, () => desk.simulated.penSamples(wave(300), { fast: true }));
    if (result === 'lost' || result.figures === null) throw new Error('nothing was measured');
    expect(result.figures).toMatchObject({ word: 'complete', strokes: 1, rate: 200, lostReports: 0 });
    const words = inkTestWords(result);
    expect(words[0]).toBe('Complete: this pad can be signed on.');
    for (const figure of ['Samples', 'Rate', 'Jitter', 'Longest gap', 'Lost reports', 'Pressure', 'At full pressure']) {
      expect(words.some((line) => line.startsWith(figure))).toBe(true);
    }
    // Nothing on the screen of whoever comes next, and no position in what is said.
    expect(words.join('\n')).not.toMatch(/\d+,\s*\d+/);
    await desk.pad.close();
  });

  it('counts reports that were lost on the way', async () => {
    const desk = await rig();
    const result = await tested(desk, async () => {
      await desk.simulated.penSamples(wave(100).slice(0, 60), { fast: true });
      desk.simulated.loseReports(3);
      await desk.simulated.penSamples(wave(100).slice(60), { fast: true });
    });
    expect(result).toMatchObject({ figures: { word: 'gaps', lostReports: 3 } });
    expect(inkTestWords(result)[0]).toMatch(/^With gaps:/);
    await desk.pad.close();
  });

  it('says so when nobody wrote, and when the pad went away', async () => {
    const quiet = await rig();
    const nothing = await tested(quiet, () => undefined);
    expect(inkTestWords(nothing)).toEqual(['Nothing was written, so nothing was measured.']);
    await quiet.pad.close();

    const gone = await rig();
    const lost = await tested(gone, () => gone.simulated.unplug());
    expect(inkTestWords(lost)[0]).toMatch(/^The pad went away/);
  });
});

describe('the command', () => {
  const said = async (ports: Partial<PadPorts>, kiosk: number | null, wanted: string | null) => {
    const lines: string[] = [];
    const clock = new ManualClock();
    const whole: PadPorts = {
      see: () => Promise.resolve({ found: [], unusable: [], hidLibrary: true }),
      open: () => Promise.reject(new Error('nothing is to be opened')),
      clock,
      ...ports,
    };
    const done = await clock.settle(runInkTest(whole, kiosk, wanted, (line) => lines.push(line)));
    return { done, text: lines.join('\n') };
  };

  it('leaves the pads of a running kiosk alone and says how to have them', async () => {
    expect(await said({}, 4711, null)).toEqual({
      done: false,
      text: 'The kiosk that runs (process 4711) has the pads. End it (Ctrl+C where npm start runs), then test again.',
    });
  });

  it('asks which of several pads is meant, by number or by name', async () => {
    const found = (['stu-430', 'stu-530'] as const).map((name) => simulatedFound(new SimulatedStu(name).facts));
    const see = () => Promise.resolve({ found, unusable: [], hidLibrary: true });
    const opened: string[] = [];
    const open = (pad: FoundPad): Promise<Pad> => {
      opened.push(pad.id);
      return new Promise(() => undefined);
    };
    expect((await said({ see, open }, null, null)).text).toMatch(/^1 {2}Wacom STU-430.*\n2 {2}Wacom STU-530/);
    expect((await said({ see, open }, null, 'nowhere')).done).toBe(false);
    expect(opened).toEqual([]);
    for (const wanted of ['530', '2']) {
      const deaf = await said({ see, open }, null, wanted);
      expect(deaf.text).toMatch(/^Wacom STU-530 cannot be used: it does not answer/);
    }
    expect(opened).toEqual([found[1]?.id, found[1]?.id]);
  });

  it('says that there is no pad', async () => {
    expect((await said({}, null, null)).text).toMatch(/^No pad that can be used is plugged in/);
  });
});
