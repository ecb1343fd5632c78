import { expect } from 'vitest';
import type { PadError } from '../../../drivers/pad.ts';
import { chequered } from '../pictures.ts';
import { Bench, stroke, telling } from './bench.ts';
import type { PadCase } from './case.ts';
import type { FaultyRoad } from './faulty-road.ts';
import type { PadSubject } from './subject.ts';

/** Longest a driver may take to give a pad up, milliseconds: three seconds an answer, and some requests in turn. */
const patienceMs = 20_000;
const atIndex = (road: FaultyRoad, at: number, fault: ReturnType<FaultyRoad['fault']>): void => {
  road.fault = ({ index }) => (index === at ? fault : 'none');
};

/** A sitting as it is: a picture, a capture with ink, another picture, the end. */
async function sitting(bench: Bench): Promise<readonly (PadError | null)[]> {
  const { pad } = bench;
  const { screen } = bench.geometry;
  const rgba = chequered(screen?.width ?? 0, screen?.height ?? 0);
  const outcomes: (PadError | null)[] = [];
  const steps = [
    () => pad.showPicture(rgba),
    () => pad.startCapture(),
    () => pad.endCapture(),
    () => pad.clearScreen(),
    () => pad.close(),
  ];
  for (const step of steps) {
    outcomes.push(await bench.outcome(step()));
    if (bench.ends.length === 0) await bench.write(stroke(2));
  }
  return outcomes;
}

/** After a fault in opening a capture is enough; pictures are what makes a sitting long. */
async function useAndClose(bench: Bench, faultPassed: boolean): Promise<void> {
  if (!faultPassed) {
    await sitting(bench);
    return;
  }
  await bench.outcome(bench.pad.startCapture());
  await bench.outcome(bench.pad.close());
}

interface Requests {
  /** How many of them opening takes. */
  readonly opening: number;
  readonly all: FaultyRoad['requests'];
  /** Indices worth harming, of all and of those after opening. */
  readonly chosen: readonly number[];
  readonly later: readonly number[];
}
async function requestsOf(subject: PadSubject): Promise<Requests> {
  const bench = await Bench.of(subject);
  const opening = bench.road.requests.length;
  const { screen } = bench.geometry;
  await sitting(bench);
  const all = [...bench.road.requests];
  const later = telling(all.slice(opening), screen).map((at) => at + opening);
  return { opening, all, chosen: telling(all, screen), later };
}

/** After whatever happened, the device is one that can be opened and used. */
async function worksAgain(subject: PadSubject, bench: Bench): Promise<void> {
  expect(bench.device.held()).toBe(false);
  bench.road.fault = () => 'none';
  bench.device.plug();
  await bench.open();
  const from = bench.samples.length;
  await bench.write(stroke(4));
  bench.expectSamples(stroke(4), from);
  if (!subject.abilities.screen) return;
  await bench.run(bench.pad.clearScreen());
  expect(bench.darkPixels).toEqual([]);
}

/** What goes wrong on the cable. */
export const faultCases: readonly PadCase[] = [
  {
    name: 'says once that it was unplugged, refuses all after it, and opens again',
    needs: [],
    run: async (subject) => {
      const bench = await Bench.of(subject);
      bench.device.unplug();
      expect(bench.events).toEqual([{ type: 'closed', reason: 'unplugged' }]);
      const { pad } = bench;
      for (const ask of [() => pad.clearScreen(), () => pad.startCapture(), () => pad.endCapture()]) {
        expect(await bench.outcome(ask())).toMatchObject({ code: 'unplugged' });
      }
      await bench.run(bench.pad.close());
      expect(bench.events).toHaveLength(1);
      await worksAgain(subject, bench);
    },
  },
  {
    name: 'keeps what came before it was unplugged in the middle of a stroke',
    needs: [],
    run: async (subject) => {
      const bench = await Bench.of(subject);
      await bench.run(bench.pad.startCapture());
      await bench.write(stroke(20));
      bench.device.unplug();
      bench.expectSamples(stroke(20));
      expect(bench.ends).toEqual(['unplugged']);
    },
  },
  {
    name: 'closes once, lets go of the device, and gives nothing after it',
    needs: [],
    run: async (subject) => {
      const bench = await Bench.of(subject);
      await bench.run(bench.pad.startCapture());
      await bench.run(bench.pad.close());
      expect(bench.ends).toEqual(['asked']);
      expect(bench.device.held()).toBe(false);
      const said = bench.events.length;
      await bench.write(stroke(4));
      bench.device.unplug();
      expect(bench.events).toHaveLength(said);
      await worksAgain(subject, bench);
    },
  },
  {
    name: 'unplugged at any request of opening: a PadError, nothing left open',
    needs: ['requests'],
    run: async (subject) => {
      const { opening } = await requestsOf(subject);
      for (let at = 0; at < opening; at++) {
        const bench = new Bench(subject);
        atIndex(bench.road, at, 'unplug');
        expect(await bench.failureToOpen()).toMatchObject({ code: 'unplugged' });
        await worksAgain(subject, bench);
      }
    },
  },
  {
    name: 'unplugged at any request of drawing, capturing, clearing and closing: said once, opens again',
    needs: ['requests'],
    run: async (subject) => {
      const { later } = await requestsOf(subject);
      for (const at of later) {
        const bench = await Bench.of(subject);
        atIndex(bench.road, at, 'unplug');
        for (const outcome of await sitting(bench)) if (outcome) expect(outcome.code).toBe('unplugged');
        expect(bench.ends).toHaveLength(1);
        await worksAgain(subject, bench);
      }
    },
  },
  {
    name: 'stalled at any request: a PadError or none, never a hang, and the pad works again',
    needs: ['requests'],
    run: async (subject) => {
      const { opening, chosen } = await requestsOf(subject);
      for (const at of chosen) {
        const bench = new Bench(subject);
        atIndex(bench.road, at, 'stall');
        if ((await bench.failureToOpen()) === null) await useAndClose(bench, at < opening);
        await worksAgain(subject, bench);
      }
    },
  },
  {
    name: 'answered late: waits',
    needs: ['requests'],
    run: async (subject) => {
      const bench = new Bench(subject);
      bench.road.fault = ({ id }) => (id === 0x26 || id === 0 ? 'none' : { lateMs: 150 });
      await bench.open();
      expect((await sitting(bench)).filter((outcome) => outcome !== null)).toEqual([]);
      expect(bench.ends).toEqual(['asked']);
    },
  },
  {
    name: 'not answered at any request: given up in time, said to have failed, and let go of',
    needs: ['requests'],
    run: async (subject) => {
      const { opening, chosen } = await requestsOf(subject);
      for (const at of chosen) {
        const bench = new Bench(subject);
        // A pad that hangs goes on hanging.
        bench.road.fault = ({ index }) => (index >= at ? 'deaf' : 'none');
        const begun = bench.clock.now();
        const failure = await bench.failureToOpen();
        if (at < opening) expect(failure).toMatchObject({ code: 'timeout' });
        else await sitting(bench);
        expect((bench.clock.now() - begun) / 1000).toBeLessThan(patienceMs);
        expect(bench.device.held()).toBe(false);
        expect(bench.ends.length).toBeLessThanOrEqual(1);
      }
    },
  },
  {
    name: 'answered with garbage at any request: a PadError or a working pad, never another error',
    needs: ['requests'],
    run: async (subject) => {
      const { opening, all, chosen } = await requestsOf(subject);
      for (const at of chosen) {
        if (all[at]?.way !== 'get') continue;
        const bench = new Bench(subject);
        atIndex(bench.road, at, 'garbage');
        if ((await bench.failureToOpen()) === null) await useAndClose(bench, at < opening);
        await worksAgain(subject, bench);
      }
    },
  },
];
