/**
 * A Topaz pad behind the FTDI adapter that QEMU makes: a chip nobody on this project wrote, the kernel's own driver for
 * it, and a serial line of that kernel. The bytes are those of `pads.md` 3.3.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { scanPads } from '../../../drivers/find-pads.ts';
import type { FoundPad } from '../../../drivers/found-pad.ts';
import type { Drill, DrillLab } from '../drill.ts';
import { wanderingPen } from '../virtual/pen-stream.ts';
import type { PenMoment } from '../virtual/pad-core.ts';
import { assertSamples, withOpen } from './desk.ts';
import { until } from './until.ts';

const PORT = '/dev/ttyUSB0';
const SETTINGS = [{ model: 'topaz-siglite-lcd-1x5', port: PORT }];
/** Where its surface begins, and how far it goes. */
const [LEFT, TOP, WIDTH, HEIGHT, MOST_PRESSURE] = [400, 350, 2000, 700, 1023];
const PACKETS = 200;
/** Pieces that end inside packets. */
const PIECE = 64 + 3;

export const drills: readonly Drill[] = [
  {
    name: 'a serial adapter is a Topaz pad where the settings say so, and else a line for the technician',
    run: (lab) =>
      withAdapter(lab, async () => {
        const named = await scanPads(SETTINGS);
        assert.deepEqual(
          named.found.map(({ model, road, path }) => [model.maker, road, path]),
          [['Topaz', 'serial', PORT]],
        );
        assert.deepEqual(named.unusable, []);
        const { found, unusable } = await scanPads();
        assert.deepEqual(found, []);
        assert.deepEqual(
          unusable.map(({ model, problem }) => [model.maker, problem]),
          [['FTDI', 'not-driven']],
        );
      }),
  },
  {
    name: 'a Topaz SigLite LCD 1x5 gives every packet through the kernel’s serial driver, in whatever pieces they come',
    timeoutMs: 120_000,
    run: (lab) =>
      withAdapter(lab, async (found) => {
        await withOpen(found, async (heard) => {
          const moments = wanderingPen(PACKETS, 200, 4);
          const stream = Uint8Array.from(moments.flatMap(packetsOf));
          for (let at = 0; at < stream.length; at += PIECE) {
            await lab.machine.serial.write(stream.subarray(at, at + PIECE));
          }
          await until('every sample', () => heard.samples.length >= moments.length, 60_000);
          assert.deepEqual(heard.bad, []);
          assertSamples(heard, moments);
          assert.equal((await lab.machine.serial.read()).length, 0, 'nothing is ever sent to such a pad');
          lab.tell(`${moments.length} packets, none lost`);
        });
      }),
  },
  {
    name: 'a Topaz SigLite LCD 1x5 that is unplugged says so and can be opened again',
    run: (lab) =>
      withAdapter(lab, async (found) => {
        await withOpen(found, async (heard) => {
          await lab.machine.serial.unplug();
          await until('news of the unplugging', () => heard.ends.length > 0);
          assert.deepEqual(heard.ends, ['unplugged']);
        });
        assert.deepEqual((await scanPads(SETTINGS)).found, []);
        await lab.machine.serial.plugIn();
        await until('the port is there again', () => existsSync(PORT));
        await withOpen(await onlyPad(), async (heard) => {
          await lab.machine.serial.write(Uint8Array.of(0xc1, 0x10, 0x05, 0x20, 0x03));
          await until('a sample', () => heard.samples.length === 1);
        });
      }),
  },
];

async function withAdapter(lab: DrillLab, act: (found: FoundPad) => Promise<void>): Promise<void> {
  await lab.machine.serial.plugIn();
  try {
    await until('the adapter has a port', () => existsSync(PORT));
    await act(await onlyPad());
  } finally {
    await lab.machine.serial.unplug();
    await until('the port is gone', () => !existsSync(PORT));
  }
}

async function onlyPad(): Promise<FoundPad> {
  const [found, ...others] = (await scanPads(SETTINGS)).found;
  assert.ok(found);
  assert.deepEqual(others, []);
  return found;
}

/** Pressure, then the place; low parts of numbers first. */
function packetsOf({ x, y, tip, pressure }: PenMoment): readonly number[] {
  const parts = (value: number): readonly number[] => [value & 0x7f, value >> 7];
  return [
    ...[0x9c, 0, 0, ...parts(tip ? Math.round(pressure * MOST_PRESSURE) : 0)],
    ...[0xc0 | (tip ? 1 : 0), ...parts(Math.round(x * WIDTH) + LEFT), ...parts(Math.round(y * HEIGHT) + TOP)],
  ];
}
