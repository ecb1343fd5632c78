/** Pens known by their report descriptor alone, with the descriptors of real devices, and the ePad. */
import assert from 'node:assert/strict';
import type { FoundPad } from '../../../drivers/found-pad.ts';
import type { Drill } from '../drill.ts';
import { epadReach } from '../virtual/epad-core.ts';
import type { VirtualName } from '../virtual/virtual-models.ts';
import { wanderingPen } from '../virtual/pen-stream.ts';
import { assertSamples, findOnly, withOpen, withPads } from './desk.ts';

const REPORTS = 200;

interface Pen {
  readonly model: VirtualName;
  readonly words: string;
  readonly vid: number;
  readonly pid: number;
  readonly maxX: number;
}
const PENS: readonly Pen[] = [
  { model: 'wacom-one', words: 'bound by the wacom driver', vid: 0x056a, pid: 0x03a6, maxX: 29_434 },
  { model: 'xp-pen-deco', words: 'of another maker', vid: 0x28bd, pid: 0x0928, maxX: 32_767 },
  { model: 'epad', words: 'with its real descriptor', vid: 0x04df, pid: 0x0012, maxX: epadReach.x },
];

export const drills: readonly Drill[] = PENS.flatMap(({ model, words, vid, pid, maxX }) => [
  {
    name: `a ${model} ${words} is found with its names and gives every sample as it was drawn`,
    timeoutMs: 90_000,
    run: async (lab) => {
      await withPads([{ model, serial: null }], async (device) => {
        await device.plug();
        const found: FoundPad = await findOnly('hidraw');
        assert.deepEqual([found.model.vid, found.model.pid], [vid, pid]);
        await withOpen(found, async (heard) => {
          assert.equal(heard.pad.description.geometry.maxX, maxX);
          assert.equal(heard.pad.description.encryption, 'none');
          await heard.pad.startCapture();
          const moments = wanderingPen(REPORTS, 200, 5);
          await device.pen(moments);
          await heard.arrived(REPORTS, device);
          assertSamples(heard, moments);
          assert.deepEqual(heard.bad, []);
          lab.tell(`${heard.pad.description.maker} ${heard.pad.description.model}: ${REPORTS} of ${REPORTS}`);
        });
      });
    },
  },
  {
    name: `a ${model} ${words} that is unplugged in a stroke says so once, and works when it is back`,
    timeoutMs: 90_000,
    run: async () => {
      await withPads([{ model, serial: null }], async (device) => {
        await device.plug();
        await withOpen(await findOnly('hidraw'), async (heard) => {
          await heard.pad.startCapture();
          await device.fault({ on: 'input', after: 50, times: 1, do: 'unplug' });
          await device.pen(wanderingPen(100, 200));
          await heard.ended();
          assert.deepEqual(heard.ends, ['unplugged']);
          assert.ok(heard.samples.length <= 50);
        });
        await device.plug();
        await withOpen(await findOnly('hidraw'), async (heard) => {
          await device.pen(wanderingPen(20, 200));
          await heard.arrived(20, device);
        });
      });
    },
  },
]);
