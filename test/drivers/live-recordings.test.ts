import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import type { FoundPad, PadModel } from '../../drivers/found-pad.ts';
import { genericModelOf } from '../../drivers/generic-digitizer/generic-model.ts';
import { openGenericPen } from '../../drivers/generic-digitizer/generic-pen.ts';
import { modelNamed } from '../../drivers/pad-models.ts';
import type { PadSample } from '../../drivers/pad.ts';
import { readRecordingText } from '../../drivers/recordings/recording-text.ts';
import type { RecordedInterface } from '../../drivers/recordings/recording-text.ts';
import { openDtuPad } from '../../drivers/wacom/dtu-pad.ts';
import { pensOf } from './generic-digitizer/descriptors.ts';
import { ManualClock } from './manual-clock.ts';
import { ScriptedHid } from './scripted-hid.ts';

/** Nobody has said under which licence the recordings may be passed on, so they are in no copy of this repository. */
function recordings(ctx: TestContext): string {
  const folder = path.resolve(import.meta.dirname, '../../../shared/data/hid');
  if (!existsSync(path.join(folder, 'recordings'))) ctx.skip('skipped: no shared recordings');
  return folder;
}

interface Expected {
  readonly layout: string;
  readonly reports: number;
  readonly inRange: number;
  readonly tipDown: number;
  readonly tipRuns: number;
}

function interfacesIn(file: string): readonly RecordedInterface[] {
  const read = readRecordingText(readFileSync(file, 'latin1'));
  if (read === null || !read.ok) throw new Error(`${file} cannot be read`);
  return read.value;
}

/** usbhid-dump puts descriptors and reports into files of their own: those of one device begin alike. */
function descriptorFor(folder: string, name: string, reportId: number): Uint8Array {
  const device = path.basename(name).split('__')[0] ?? '';
  const files = readdirSync(path.join(folder, 'recordings')).filter(
    (file) => file.startsWith(`${device}_`) && /__rd__|report_descriptors|\.hid$/.test(file),
  );
  const own = name.endsWith('.hid') ? [path.basename(name)] : files;
  const descriptors = own
    .flatMap((file) => interfacesIn(path.join(folder, 'recordings', file)))
    .flatMap(({ descriptor }) => (descriptor === null ? [] : [descriptor]));
  const found = descriptors.find((descriptor) => pensOf(descriptor).some((pen) => pen.reportId === reportId));
  if (!found) throw new Error(`no descriptor for ${name}`);
  return found;
}

const foundAs = (model: PadModel): FoundPad => ({
  id: 'hidraw:0',
  model,
  road: 'hidraw',
  path: '/dev/hidraw0',
  serial: null,
});

/** What the live driver makes of every report of the recording. */
async function replay(folder: string, name: string, layout: string): Promise<readonly PadSample[]> {
  const clock = new ManualClock();
  const dtu = layout.includes('0x11');
  const reportId = Number(/report id (\d+)/.exec(layout)?.[1] ?? 0);
  const descriptor = dtu ? null : descriptorFor(folder, name, reportId);
  const model = dtu
    ? modelNamed('DTU-1031')
    : genericModelOf({ vid: 1, pid: 2, maker: 'Maker', product: 'Pen' }, descriptor);
  if (!model) throw new Error(`no pen in the descriptor of ${name}`);
  const hid = new ScriptedHid(descriptor);
  const open = dtu ? openDtuPad : openGenericPen;
  const pad = await clock.settle(open(hid, foundAs(model), { clock }));
  const samples: PadSample[] = [];
  const bad: string[] = [];
  pad.onEvent((event) => {
    if (event.type === 'samples') samples.push(...event.samples);
    if (event.type === 'bad-report') bad.push(event.reason);
  });
  const busiest = interfacesIn(path.join(folder, name)).toSorted((a, b) => b.reports.length - a.reports.length)[0];
  for (const { bytes } of busiest?.reports ?? []) hid.send(bytes);
  expect(bad).toEqual([]);
  return samples;
}

describe('recordings of real devices through the live drivers', () => {
  it('have the counts, extremes and ends that their manifest gives', async (ctx) => {
    const folder = recordings(ctx);
    const expected = JSON.parse(readFileSync(path.join(folder, 'EXPECTED-recordings.json'), 'utf8')) as Record<
      string,
      Expected
    >;
    const names = Object.keys(expected).filter((name) => existsSync(path.join(folder, name)));
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) {
      const { layout, ...wanted } = expected[name]!;
      const samples = await replay(folder, name, layout);
      const near = samples.filter(({ inRange }) => inRange);
      const values = (key: 'x' | 'y' | 'pressure'): readonly number[] => near.map((sample) => sample[key] ?? 0);
      const tuple = (sample: PadSample | undefined): readonly number[] | null =>
        sample ? [Number(sample.inRange), Number(sample.tip), sample.pressure ?? 0, sample.x, sample.y] : null;
      expect({
        name,
        reports: samples.length,
        inRange: near.length,
        tipDown: near.filter(({ tip }) => tip).length,
        tipRuns: near.filter(({ tip }, i) => tip && near[i - 1]?.tip !== true).length,
        xMin: Math.min(...values('x')),
        xMax: Math.max(...values('x')),
        yMin: Math.min(...values('y')),
        yMax: Math.max(...values('y')),
        pressureMax: Math.max(...values('pressure')),
        firstInRange: tuple(near[0]),
        lastInRange: tuple(near.at(-1)),
      }).toEqual({ name, ...wanted });
    }
  });
});
