import { expect } from 'vitest';
import { ManualClock } from '../manual-clock.ts';
import { Bench, seededBytes, stroke } from './bench.ts';
import type { PadCase } from './case.ts';
import type { PenMoment } from './subject.ts';

const corners: readonly PenMoment[] = [
  { x: 0.5, y: 0.5, p: 0.5, pen: 'writes' },
  { x: 1, y: 1, p: 1, pen: 'writes' },
  { x: 0, y: 0, p: 0.25, pen: 'writes' },
  { x: 0.75, y: 0.25, p: 0.5, pen: 'writes' },
];
const visit: readonly PenMoment[] = [
  { x: 0.5, y: 0.5, p: 0, pen: 'hovers' },
  { x: 0.5, y: 0.5, p: 0.5, pen: 'writes' },
  { x: 0.5, y: 0.25, p: 0, pen: 'hovers' },
  { x: 0.5, y: 0.25, p: 0, pen: 'away' },
];

/** What goes from the pen to the samples. */
export const readingCases: readonly PadCase[] = [
  {
    name: 'describes itself with a scale that samples can be read by',
    needs: [],
    run: async (subject) => {
      const { pad, geometry } = await Bench.of(subject);
      const { maxX, maxY, maxPressure, nominalRate, unitsPerInch, screen } = geometry;
      expect(pad.description.maker).not.toBe('');
      expect(pad.description.model).not.toBe('');
      expect(Math.min(maxX, maxY, maxPressure ?? 1)).toBeGreaterThan(0);
      expect(nominalRate).toBeGreaterThanOrEqual(0);
      if (unitsPerInch) expect(Math.min(unitsPerInch.x, unitsPerInch.y)).toBeGreaterThan(0);
      expect(screen !== null).toBe(subject.abilities.screen);
      expect(pad.description.shows === 'own-screen').toBe(subject.abilities.screen);
      expect(pad.description.encryption !== 'none').toBe(subject.abilities.encryption);
      if (screen) expect(screen.width / screen.height).toBeCloseTo(maxX / maxY, 1);
    },
  },
  {
    name: 'gives every sample in pad units, at the moment it came',
    needs: [],
    run: async (subject) => {
      const bench = await Bench.of(subject);
      const begin = bench.clock.now();
      await bench.write(corners);
      bench.expectSamples(corners);
      expect(bench.samples.map(({ at }) => at - begin)).toEqual([0, 5000, 10_000, 15_000]);
    },
  },
  {
    name: 'tells a pen that hovers and one that leaves',
    needs: ['hover'],
    run: async (subject) => {
      const bench = await Bench.of(subject);
      await bench.write(visit);
      bench.expectSamples(visit);
    },
  },
  {
    name: 'captures in two steps: samples are the same before, in and after a capture',
    needs: [],
    run: async (subject) => {
      const bench = await Bench.of(subject);
      await bench.write(corners);
      await bench.run(bench.pad.startCapture());
      await bench.write(corners);
      await bench.run(bench.pad.endCapture());
      await bench.write(corners);
      bench.expectSamples([...corners, ...corners, ...corners]);
      expect(bench.bad).toEqual([]);
    },
  },
  {
    name: 'has pen data under a new key in each capture, and in clear outside',
    needs: ['encryption'],
    run: async (subject) => {
      const bench = await Bench.of(subject);
      const sent = async (): Promise<string> => {
        const from = bench.road.arrived.length;
        await bench.write(corners);
        return bench.road.arrived
          .slice(from)
          .map((report) => Buffer.from(report).toString('hex'))
          .join(' ');
      };
      const place = Buffer.from(Uint8Array.of(bench.geometry.maxX >> 8, bench.geometry.maxX & 0xff)).toString('hex');
      expect(await sent()).toContain(place);
      await bench.run(bench.pad.startCapture());
      const first = await sent();
      await bench.run(bench.pad.endCapture());
      await bench.run(bench.pad.startCapture());
      const second = await sent();
      expect(first).not.toContain(place);
      expect(second).not.toBe(first);
      bench.expectSamples([...corners, ...corners, ...corners]);
    },
  },
  {
    name: 'refuses and counts a report of another capture or another key',
    needs: ['encryption'],
    run: async (subject) => {
      const bench = await Bench.of(subject);
      await bench.run(bench.pad.startCapture());
      await bench.write(corners);
      const old = bench.road.arrived.at(-1)!;
      await bench.run(bench.pad.endCapture());
      await bench.run(bench.pad.startCapture());
      const before = bench.samples.length;
      bench.device.send(old);
      bench.device.send(Uint8Array.from([old[0]!, ...seededBytes(9)(old.length - 1)]));
      expect(bench.bad).toEqual(['refused', 'refused']);
      await bench.write(corners);
      bench.expectSamples(corners, before);
    },
  },
  {
    name: 'counts what it cannot read and goes on',
    needs: [],
    run: async (subject) => {
      const bench = await Bench.of(subject);
      const { unreadable } = bench.device;
      expect(unreadable.length).toBeGreaterThan(0);
      for (const [bytes] of unreadable) bench.device.send(bytes);
      expect(bench.bad).toEqual(unreadable.map(([, reason]) => reason));
      expect(bench.samples).toEqual([]);
      await bench.write(corners);
      bench.expectSamples(corners);
    },
  },
  {
    name: 'takes a thousand reports of noise without an error, and reads on',
    needs: [],
    run: async (subject) => {
      const bench = await Bench.of(subject);
      const noise = seededBytes(3);
      for (let at = 0; at < 1000; at++) bench.device.send(noise(at % 40));
      expect(bench.ends).toEqual([]);
      // What noise left in a stream of bytes ends with the next whole report or two.
      await bench.write(corners);
      const before = bench.samples.length;
      await bench.write(corners);
      bench.expectSamples(corners, before);
    },
  },
  {
    name: 'never mixes two pads of one model',
    needs: [],
    run: async (subject) => {
      const clock = new ManualClock();
      const [one, other] = [await Bench.of(subject, clock, 0), await Bench.of(subject, clock, 1)];
      expect(one.pad.description.id).not.toBe(other.pad.description.id);
      await one.run(Promise.all([one.pad.startCapture(), other.pad.startCapture()]));
      const [upper, lower] = [stroke(20, 0.25), stroke(20, 0.75)];
      for (const [at, moment] of upper.entries()) {
        one.device.pen(moment);
        other.device.pen(lower[at]!);
        await clock.advance(5);
      }
      one.device.unplug();
      await other.write(corners);
      one.expectSamples(upper);
      other.expectSamples([...lower, ...corners]);
      expect([one.ends, other.ends]).toEqual([['unplugged'], []]);
    },
  },
];
