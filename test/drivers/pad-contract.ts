import { describe, expect, it } from 'vitest';
import type { Pad, PadEvent, PadSample } from '../../drivers/pad.ts';
import type { SimulatedPen } from '../../drivers/simulated/simulated-stu.ts';
import type { Picture } from '../../drivers/wacom/stu-image.ts';
import { chequered } from './stu-rig.ts';

/** A driven pad and the hands of the test on it: the same for every driver with a screen. */
export interface PadRig {
  readonly pad: Pad;
  readonly events: readonly PadEvent[];
  screen(): Picture;
  pen(samples: readonly SimulatedPen[]): Promise<void>;
  /** Any bytes as an input report. */
  send(report: Uint8Array): void;
  unplug(): void;
  /** Runs the clock until `work` has ended. */
  settle<T>(work: Promise<T>): Promise<T>;
}

/** What every `Pad` keeps, whatever is behind it. */
export function padContract(name: string, open: () => Promise<PadRig>): void {
  describe(`the pad port on ${name}`, () => {
    it('describes itself with a scale that samples can be read by', async () => {
      const { pad } = await open();
      const { geometry } = pad.description;
      expect(pad.description.model).not.toBe('');
      expect(Math.min(geometry.maxX, geometry.maxY, geometry.maxPressure ?? 1, geometry.nominalRate)).toBeGreaterThan(
        0,
      );
      expect(geometry.unitsPerInch).toEqual({ x: 2540, y: 2540 });
      expect(geometry.screen!.width / geometry.screen!.height).toBeCloseTo(geometry.maxX / geometry.maxY, 1);
    });

    it('shows a picture pixel for pixel', async () => {
      const rig = await open();
      const rgba = chequered(rig.screen().width, rig.screen().height);
      await rig.settle(rig.pad.showPicture(rgba));
      expect(Buffer.from(rig.screen().rgba).equals(Buffer.from(rgba))).toBe(true);
    });

    it('does not let pictures and settings asked for at once get into each other', async () => {
      const rig = await open();
      const { width, height } = rig.screen();
      const rgba = chequered(width, height);
      const white = new Uint8Array(rgba.length).fill(255);
      await rig.settle(
        Promise.all([
          rig.pad.showPicture(white),
          rig.pad.startCapture(),
          rig.pad.clearScreen(),
          rig.pad.showPicture(rgba),
          rig.pad.endCapture(),
        ]),
      );
      expect(Buffer.from(rig.screen().rgba).equals(Buffer.from(rgba))).toBe(true);
    });

    it('gives every sample in pad units, hovering ones too, at rising times', async () => {
      const rig = await open();
      const { geometry } = rig.pad.description;
      const { width, height } = rig.screen();
      await rig.settle(
        rig.pen([
          { x: width / 2, y: height / 2, p: 0, tip: false, t: 0 },
          { x: width / 2, y: height / 2, p: 0.5, tip: true, t: 5 },
          { x: width, y: height, p: 1, tip: true, t: 10 },
          { x: 0, y: 0, p: 0, tip: false, t: 15 },
        ]),
      );
      const samples = samplesOf(rig.events);
      expect(samples.map(({ x, y, tip, inRange, pressure }) => ({ x, y, tip, inRange, pressure }))).toEqual([
        { x: geometry.maxX / 2, y: geometry.maxY / 2, tip: false, inRange: true, pressure: 0 },
        {
          x: geometry.maxX / 2,
          y: geometry.maxY / 2,
          tip: true,
          inRange: true,
          pressure: Math.round((geometry.maxPressure ?? 0) / 2),
        },
        { x: geometry.maxX, y: geometry.maxY, tip: true, inRange: true, pressure: geometry.maxPressure },
        { x: 0, y: 0, tip: false, inRange: true, pressure: 0 },
      ]);
      expect(samples.map((sample) => sample.at)).toEqual(samples.map((sample) => sample.at).sort((a, b) => a - b));
    });

    it('shows ink while inking is on, and none while it is off, but reports either way', async () => {
      const rig = await open();
      const { width, height } = rig.screen();
      const stroke = [0.3, 0.5, 0.7].map((share, at) => ({
        x: width * share,
        y: height / 2,
        p: 0.5,
        tip: true,
        t: at * 5,
      }));
      await rig.settle(rig.pen(stroke));
      expect(darkPixels(rig.screen())).toBe(0);
      await rig.settle(rig.pad.startCapture({ x: 0, y: 0, width, height }));
      await rig.settle(rig.pen(stroke));
      expect(darkPixels(rig.screen())).toBeGreaterThan(width * 0.3);
      expect(samplesOf(rig.events)).toHaveLength(6);
    });

    it('clears the screen', async () => {
      const rig = await open();
      const { width, height } = rig.screen();
      await rig.settle(rig.pad.showPicture(chequered(width, height)));
      await rig.settle(rig.pad.clearScreen());
      expect(darkPixels(rig.screen())).toBe(0);
    });

    it('counts reports it cannot read and goes on', async () => {
      const rig = await open();
      rig.send(Uint8Array.of(1, 2, 3));
      rig.send(Uint8Array.of(0xee, 2, 3));
      rig.send(new Uint8Array(0));
      await rig.settle(rig.pen([{ x: 1, y: 1, p: 0, tip: false, t: 0 }]));
      expect(rig.events.map((event) => (event.type === 'bad-report' ? event.reason : event.type))).toEqual([
        'malformed',
        'unknown',
        'malformed',
        'samples',
      ]);
    });

    it('says once that it was unplugged, and refuses everything after it', async () => {
      const rig = await open();
      const { width, height } = rig.screen();
      rig.unplug();
      expect(rig.events).toEqual([{ type: 'closed', reason: 'unplugged' }]);
      for (const work of [
        rig.pad.clearScreen(),
        rig.pad.startCapture(),
        rig.pad.showPicture(chequered(width, height)),
      ]) {
        await expect(rig.settle(work)).rejects.toMatchObject({ name: 'PadError', code: 'unplugged' });
      }
      await rig.settle(rig.pad.close());
      expect(rig.events).toHaveLength(1);
    });

    it('leaves an empty screen behind when it is closed', async () => {
      const rig = await open();
      const { width, height } = rig.screen();
      await rig.settle(rig.pad.showPicture(chequered(width, height)));
      await rig.settle(rig.pad.close());
      // The pad clears by itself, a little after it was told to.
      await rig.settle(new Promise((resolve) => setImmediate(() => setImmediate(resolve))));
      expect(darkPixels(rig.screen())).toBe(0);
      expect(rig.events).toEqual([{ type: 'closed', reason: 'asked' }]);
    });
  });
}

const samplesOf = (events: readonly PadEvent[]): readonly PadSample[] =>
  events.flatMap((event) => (event.type === 'samples' ? event.samples : []));

function darkPixels({ rgba }: Picture): number {
  let dark = 0;
  for (let at = 0; at < rgba.length; at += 4) if ((rgba[at] ?? 255) < 128) dark++;
  return dark;
}
