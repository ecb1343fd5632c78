/**
 * Which of the kernel's drivers has a pad, and that it makes no difference. Linux gives every 056a device to its wacom
 * driver, which refuses one without a pen in its descriptor, as a STU is: no hidraw node then appears, because
 * hid-generic stays away from what another driver is made for (pads.md 5, there from the field; here seen).
 */
import assert from 'node:assert/strict';
import type { Drill } from '../drill.ts';
import type { PadSetup } from '../virtual/pad-orders.ts';
import { wanderingPen } from '../virtual/pen-stream.ts';
import { hidrawOf, withHidGeneric, withPad, type Attached } from './attached.ts';
import { assertSamples, findOnly, withOpen } from './desk.ts';
import { hidDriversOf, hidrawNodes } from './sysfs.ts';

const WACOM = 0x056a;
const STUS: readonly (readonly [PadSetup['model'], number])[] = [
  ['stu-430', 0x00a4],
  ['stu-530', 0x00a5],
  ['stu-540', 0x00a8],
];
const REPORTS = 40;

export const drills: readonly Drill[] = [
  ...STUS.flatMap(([model, pid]): readonly Drill[] => [
    {
      name: `a ${model.toUpperCase()} that the kernel's wacom driver leaves without a hidraw node is driven over the bus`,
      timeoutMs: 120_000,
      run: async (lab) => {
        await withPad(model, { vid: WACOM, pid }, async (attached) => {
          assert.deepEqual([hidDriversOf(attached.usb), hidrawNodes(attached.ids)], [[], []]);
          lab.tell(await deliversAll(attached, 'libusb'));
        });
      },
    },
    {
      name: `a ${model.toUpperCase()} bound by hid-generic is driven through its hidraw node`,
      timeoutMs: 120_000,
      run: async (lab) => {
        await withHidGeneric(() =>
          withPad(model, { vid: WACOM, pid }, async (attached) => {
            await hidrawOf(attached);
            assert.deepEqual(hidDriversOf(attached.usb), ['hid-generic']);
            lab.tell(await deliversAll(attached, 'hidraw'));
          }),
        );
      },
    },
  ]),
  {
    name: 'a Wacom pen display bound by the kernel’s wacom driver is driven through its hidraw node beside it',
    timeoutMs: 120_000,
    run: async (lab) => {
      await withPad('wacom-one', { vid: WACOM, pid: 0x03a6 }, async (attached) => {
        await hidrawOf(attached);
        assert.deepEqual(hidDriversOf(attached.usb), ['wacom']);
        lab.tell(await deliversAll(attached, 'hidraw'));
      });
    },
  },
];

/** Opens the pad by our finder, moves its pen, and compares what came with what was sent. */
async function deliversAll({ pad, usb }: Attached, road: 'hidraw' | 'libusb'): Promise<string> {
  const found = await findOnly();
  assert.deepEqual([found.id, found.road], [`usb:${usb.port}`, road]);
  return await withOpen(found, async (heard) => {
    await heard.pad.startCapture();
    const moments = wanderingPen(REPORTS, 100);
    await pad.pen(moments);
    await heard.arrived(REPORTS, pad);
    assertSamples(heard, moments);
    const { description } = heard.pad;
    return `${description.road}, encryption ${description.encryption}: ${heard.samples.length} of ${REPORTS} reports`;
  });
}
