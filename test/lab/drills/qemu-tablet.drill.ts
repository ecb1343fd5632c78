/**
 * QEMU's own usb-tablet: a device that nobody on this project wrote, moved from outside the machine. Its report is a
 * button byte, x and y (0 to 32767, little-endian) and a wheel, by its report descriptor.
 */
import assert from 'node:assert/strict';
import { scanPads } from '../../../drivers/find-pads.ts';
import { findPenReports } from '../../../drivers/generic-digitizer/pen-fields.ts';
import { parseReportDescriptor } from '../../../drivers/generic-digitizer/report-descriptor.ts';
import { openHid } from '../../../drivers/hid/hid-transport.ts';
import type { HidTransport } from '../../../drivers/pad.ts';
import type { Drill, Machine } from '../drill.ts';
import { hidrawNodes } from './sysfs.ts';
import { until } from './until.ts';

const VID = 0x0627;
const PID = 0x0001;
/** Generic desktop: x, y, wheel. */
const DESKTOP_PAGE = 1;
/** Points far from one another, the corners among them. */
const WAY = [
  [0, 0],
  [12_345, 23_456],
  [32_767, 32_767],
  [1, 32_766],
] as const;

export const drills: readonly Drill[] = [
  {
    name: 'QEMU’s tablet delivers through our HID transport where it was moved to from outside',
    run: async (lab) => {
      const { transport, reports } = await openTablet();
      for (const [i, [x, y]] of WAY.entries()) {
        await moveTo(lab.machine, x, y);
        await until('a report', () => reports.length > i);
      }
      await transport.close();
      const points = reports.map((report) => {
        const view = new DataView(report.buffer, report.byteOffset);
        return [view.getUint16(1, true), view.getUint16(3, true)];
      });
      assert.deepEqual(points, WAY);
    },
  },
  {
    name: 'QEMU’s tablet is no pen to the finder, and its descriptor is read right',
    run: async () => {
      const { found, unusable } = await scanPads();
      const named = [...found, ...unusable].filter(({ model }) => model.vid === VID);
      assert.deepEqual(named, [], 'a mouse is offered to nobody as a pad');
      const descriptor = parseReportDescriptor(tabletNode().descriptor);
      assert.ok(descriptor.ok);
      assert.deepEqual(findPenReports(descriptor.value), []);
      const [report, ...others] = descriptor.value.inputs;
      assert.deepEqual(others, []);
      assert.equal(report?.byteLength, 6);
      const axes = report.fields.filter(({ usage }) => usage >>> 16 === DESKTOP_PAGE);
      assert.deepEqual(
        axes.map(({ usage, bitOffset, bitSize, logicalMin, logicalMax, relative }) => [
          usage & 0xffff,
          ...[bitOffset, bitSize, logicalMin, logicalMax, relative],
        ]),
        [
          [0x30, 8, 16, 0, 0x7fff, false],
          [0x31, 24, 16, 0, 0x7fff, false],
          [0x38, 40, 8, -127, 127, true],
        ],
      );
    },
  },
];

function tabletNode(): ReturnType<typeof hidrawNodes>[number] {
  const node = hidrawNodes({ vid: VID, pid: PID })[0];
  assert.ok(node, 'the tablet has a hidraw node');
  return node;
}

async function openTablet(): Promise<{ readonly transport: HidTransport; readonly reports: Uint8Array[] }> {
  const transport = await openHid(tabletNode().path);
  const reports: Uint8Array[] = [];
  transport.onInput((report) => reports.push(report));
  return { transport, reports };
}

async function moveTo(machine: Machine, x: number, y: number): Promise<void> {
  const event = (axis: string, value: number): object => ({ type: 'abs', data: { axis, value } });
  await machine.qmp('input-send-event', { events: [event('x', x), event('y', y)] });
}
