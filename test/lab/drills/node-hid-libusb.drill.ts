/**
 * node-hid's other build, which the product does not use: our driver behind a handle that libusb holds. A file of its
 * own, since a process has one build of node-hid.
 */
import assert from 'node:assert/strict';
import type { FoundPad } from '../../../drivers/found-pad.ts';
import { hidTransport } from '../../../drivers/hid/hid-transport.ts';
import type { Pad } from '../../../drivers/pad.ts';
import type { StuName } from '../../../drivers/simulated/stu-facts.ts';
import { openBulkOut } from '../../../drivers/usb/usb-bulk.ts';
import { usbDeviceAt } from '../../../drivers/usb/usb-bus.ts';
import { openStuPad } from '../../../drivers/wacom/stu-pad.ts';
import type { Drill } from '../drill.ts';
import { Heard, asStock, findOnly, withPads } from './desk.ts';
import { assertBlank, stuContract } from './stu-contract.ts';
import { until } from './until.ts';

const SERIAL = 'LAB0000002';
const MODELS: readonly StuName[] = ['stu-430', 'stu-530'];

export const drills: readonly Drill[] = [
  ...MODELS.map((model): Drill => ({
    name: `a ${model.toUpperCase()} behind node-hid’s libusb build keeps the contract`,
    timeoutMs: 120_000,
    run: (lab) =>
      asStock((road) =>
        withPads([{ model, serial: SERIAL }], async (device) => {
          const library = await libusbBuild();
          await device.plug();
          const found = await findOnly(road);
          const heard = new Heard(await open(library, found));
          try {
            await stuContract(lab, model, found, device, heard);
          } finally {
            await heard.pad.close();
          }
          assertBlank(await device.screen());
        }),
      ),
  })),
  {
    name: 'a STU-430 behind node-hid’s libusb build says that it was unplugged',
    run: () =>
      asStock((road) =>
        withPads([{ model: 'stu-430', serial: SERIAL }], async (device) => {
          const library = await libusbBuild();
          await device.plug();
          const heard = new Heard(await open(library, await findOnly(road)));
          await device.unplug();
          await heard.ended();
          assert.deepEqual(heard.ends, ['unplugged']);
          await heard.pad.close();
        }),
      ),
  },
];

/** The build that is loaded first stays: before our finder asks for the other. */
async function libusbBuild() {
  const library = (await import('node-hid')).default;
  library.setDriverType('libusb');
  library.getHidapiVersion();
  return library;
}

async function open(
  { HIDAsync, devicesAsync }: Awaited<ReturnType<typeof libusbBuild>>,
  found: FoundPad,
): Promise<Pad> {
  let path: string | undefined;
  await until('node-hid lists the pad', async () => {
    const seen = await devicesAsync(found.model.vid, found.model.pid);
    path = seen.find((one) => one.interface === 0)?.path;
    return path !== undefined;
  });
  const { usb } = found;
  assert.ok(path !== undefined && usb);
  const transport = hidTransport(await HIDAsync.open(path), () => Promise.resolve(null));
  return openStuPad(transport, found, { bulk: async () => openBulkOut(await usbDeviceAt(usb)) });
}
