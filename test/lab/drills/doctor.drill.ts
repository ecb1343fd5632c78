/** The self-test before opening, on a genuine USB stack: what it says of a pad, and its ink test. */
import assert from 'node:assert/strict';
import { runInkTest } from '../../../kiosk-shell/cli/doctor-ink.ts';
import { padFindings, realPads } from '../../../kiosk-shell/doctor-pads.ts';
import type { Drill } from '../drill.ts';
import { wanderingPen } from '../virtual/pen-stream.ts';
import { findOnly, withPads } from './desk.ts';

const RATE = 100;
/** Longer than the ink test listens. */
const WRITTEN_SECONDS = 15;

export const drills: readonly Drill[] = [
  {
    name: 'npm run doctor names a pad with its road, serial, firmware and encryption, and its ink test measures what is written',
    timeoutMs: 180_000,
    run: (lab) =>
      withPads([{ model: 'stu-530', serial: 'LAB-1' }], async (device) => {
        await device.plug();
        await findOnly();
        const [finding] = await padFindings(realPads(), null);
        assert.equal(finding?.outcome, 'ok');
        assert.match(
          finding.sentence,
          /^Wacom STU-530 \(serial LAB-1, firmware .+\) .* over the USB bus itself; .*AES-256/,
        );

        const said: string[] = [];
        let writing: Promise<unknown> = Promise.resolve();
        const tested = await runInkTest(realPads(), null, null, (line) => {
          said.push(line);
          if (line.includes('write on it now')) writing = device.pen(wanderingPen(WRITTEN_SECONDS * RATE, RATE));
        });
        await writing;
        assert.ok(tested, said.join(' / '));
        const verdict = said.findIndex((line) => /^(Complete|With gaps|Poor):/.test(line));
        assert.ok(verdict > 0, said.join(' / '));
        const figure = (name: string): number =>
          Number(/\d+/.exec(said.find((line) => line.startsWith(name)) ?? '')?.[0]);
        // The emulation hands reports on in lumps: how evenly they came is its own matter, how many is not.
        assert.equal(figure('Lost reports'), 0);
        assert.ok(figure('Samples') > 50, said.join(' / '));
        lab.tell(said.slice(verdict).join('; ').replaceAll(/ {2,}/g, ' '));
      }),
  },
];
