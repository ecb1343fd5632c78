/** Virtual pads by the other two ways: Debian's own `usbip` tool, and /dev/uhid, where there is no USB at all. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { openTransport } from '../../../drivers/open-pad.ts';
import type { Drill } from '../drill.ts';
import { servedBusId } from '../virtual/pad-cable.ts';
import { wanderingPen } from '../virtual/pen-stream.ts';
import { assertNoneLost, assertSamples, byHidraw, findOnly, withOpen, withPads } from './desk.ts';

export const drills: readonly Drill[] = [
  {
    name: 'Debian’s usbip tool attaches a served pad, and it signs like one that is plugged in',
    timeoutMs: 120_000,
    run: (lab) =>
      withPads([{ model: 'stu-530', serial: 'SERVED1' }], async (device) => {
        const port = await device.plug({ road: 'serve', port: 0 });
        const usbip = (...args: readonly string[]): string =>
          execFileSync('usbip', ['--tcp-port', String(port), ...args], { encoding: 'utf8', stdio: 'pipe' });
        assert.match(usbip('list', '-r', '127.0.0.1'), /056a:00a5/);
        usbip('attach', '-r', '127.0.0.1', '-b', servedBusId);
        const found = await findOnly('libusb');
        assert.equal(found.serial, 'SERVED1');
        await withOpen(found, async (heard) => {
          await heard.pad.startCapture();
          const moments = wanderingPen(100, 200, 6);
          await device.pen(moments);
          await heard.arrived(moments.length, device);
          assertSamples(heard, moments);
          assertNoneLost(heard);
        });
        lab.tell(`on port ${port ?? '?'} of this machine`);
      }),
  },
  {
    name: 'a pad by /dev/uhid loses none of 1,000 encrypted reports a second',
    timeoutMs: 120_000,
    run: (lab) =>
      byHidraw(() =>
        withPads([{ model: 'stu-530', serial: 'UHID1' }], async (device) => {
          await device.plug({ road: 'uhid' });
          const found = await findOnly('hidraw');
          await withOpen(found, async (heard) => {
            await heard.pad.startCapture();
            const moments = wanderingPen(5000, 1000, 7);
            const begun = performance.now();
            await device.pen(moments);
            await heard.arrived(moments.length, device);
            assertSamples(heard, moments);
            assertNoneLost(heard);
            lab.tell(`${moments.length} reports in ${((performance.now() - begun) / 1000).toFixed(1)} s, none lost`);
          });
        }),
      ),
  },
  {
    name: 'a pad by /dev/uhid round-trips feature reports, and refuses what it does not have',
    timeoutMs: 60_000,
    run: () =>
      byHidraw(() =>
        withPads([{ model: 'stu-530', serial: null }], async (device) => {
          await device.plug({ road: 'uhid' });
          const { transport } = await openTransport(await findOnly('hidraw'));
          try {
            await transport.sendFeatureReport(Uint8Array.of(0x21, 0));
            assert.deepEqual([...(await transport.getFeatureReport(0x21, 2))], [0x21, 0]);
            await assert.rejects(transport.getFeatureReport(0x0f, 14));
            await assert.rejects(transport.sendFeatureReport(Uint8Array.of(0xee, 1)));
          } finally {
            await transport.close();
          }
        }),
      ),
  },
];
