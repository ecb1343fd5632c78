import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
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
import { expectManifest, sharedRecordings } from './shared-recordings.ts';

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
    const folder = sharedRecordings(ctx);
    await expectManifest(folder, (name, layout) => replay(folder, name, layout));
  });
});
