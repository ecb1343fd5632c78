import { expect } from 'vitest';
import { ManualClock } from '../manual-clock.ts';
import { chequered } from '../pictures.ts';
import { Bench, stroke } from './bench.ts';
import type { PadCase } from './case.ts';

/** What goes from the host to the pad's screen. */
export const screenCases: readonly PadCase[] = [
  {
    name: 'shows a picture pixel for pixel',
    needs: ['screen'],
    run: async (subject) => {
      const bench = await Bench.of(subject);
      const rgba = chequered(bench.screen.width, bench.screen.height);
      const heard: number[] = [];
      await bench.run(bench.pad.showPicture(rgba, (share) => heard.push(share)));
      bench.expectScreen(rgba);
      expect(heard.at(-1)).toBe(1);
      expect(heard).toEqual(heard.toSorted((a, b) => a - b));
    },
  },
  {
    name: 'shows the next picture whole, whatever part of it is new and whatever ink was on the one before',
    needs: ['screen'],
    run: async (subject) => {
      const bench = await Bench.of(subject);
      const { width, height } = bench.screen;
      const rgba = chequered(width, height);
      await bench.run(bench.pad.showPicture(rgba));
      for (const [x, y] of [
        [0, 0],
        [width - 1, height - 1],
        [width >> 1, height >> 1],
      ] as const) {
        const at = (y * width + x) * 4;
        rgba.fill(rgba[at] === 0 ? 255 : 0, at, at + 3);
        await bench.run(bench.pad.showPicture(rgba));
        bench.expectScreen(rgba);
      }
      await bench.run(bench.pad.startCapture());
      await bench.write(stroke(20));
      await bench.run(bench.pad.showPicture(rgba));
      bench.expectScreen(rgba);
      await bench.run(bench.pad.showPicture(rgba));
      bench.expectScreen(rgba);
    },
  },
  {
    name: 'keeps the order of what is asked for at once',
    needs: ['screen'],
    run: async (subject) => {
      const bench = await Bench.of(subject);
      const { width, height } = bench.screen;
      const rgba = chequered(width, height);
      const white = new Uint8Array(rgba.length).fill(255);
      const { pad } = bench;
      await bench.run(
        Promise.all([
          pad.showPicture(white),
          pad.startCapture(),
          pad.clearScreen(),
          pad.showPicture(chequered(width, height, 1)),
          pad.endCapture(),
          pad.showPicture(rgba),
        ]),
      );
      bench.expectScreen(rgba);
      const [width1, from] = [4, bench.samples.length];
      await bench.write(stroke(width1));
      expect(bench.samples).toHaveLength(from + width1);
    },
  },
  {
    name: 'shows ink in a capture and in its area, none before and after',
    needs: ['screen'],
    run: async (subject) => {
      const bench = await Bench.of(subject);
      const { width, height } = bench.screen;
      const area = { x: width >> 2, y: height >> 2, width: width >> 1, height: height >> 1 };
      const line = stroke(40);
      await bench.write(line);
      expect(bench.darkPixels).toEqual([]);
      await bench.run(bench.pad.startCapture(area));
      await bench.write(line);
      const dark = bench.darkPixels;
      expect(dark.length).toBeGreaterThan(width * 0.4);
      await bench.run(bench.pad.endCapture());
      await bench.write(stroke(40, 0.3));
      expect(bench.darkPixels).toEqual(dark);
      expect(bench.samples).toHaveLength(120);
    },
  },
  {
    name: 'clears the screen',
    needs: ['screen'],
    run: async (subject) => {
      const bench = await Bench.of(subject);
      await bench.run(bench.pad.showPicture(chequered(bench.screen.width, bench.screen.height)));
      await bench.run(bench.pad.clearScreen());
      expect(bench.darkPixels).toEqual([]);
    },
  },
  {
    name: 'leaves an empty screen behind when it is closed, also in the middle of a capture',
    needs: ['screen'],
    run: async (subject) => {
      const bench = await Bench.of(subject);
      await bench.run(bench.pad.showPicture(chequered(bench.screen.width, bench.screen.height)));
      await bench.run(bench.pad.startCapture());
      await bench.write(stroke(10));
      await bench.run(bench.pad.close());
      await bench.clock.advance(1000);
      expect(bench.darkPixels).toEqual([]);
    },
  },
  {
    name: 'never shows one pad the picture of another of its model',
    needs: ['screen'],
    run: async (subject) => {
      const clock = new ManualClock();
      const [one, other] = [await Bench.of(subject, clock, 0), await Bench.of(subject, clock, 1)];
      const [first, second] = [0, 1].map((shift) => chequered(one.screen.width, one.screen.height, shift)) as [
        Uint8Array,
        Uint8Array,
      ];
      await one.run(Promise.all([one.pad.showPicture(first), other.pad.showPicture(second)]));
      one.expectScreen(first);
      other.expectScreen(second);
    },
  },
];
