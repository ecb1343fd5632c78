/** What an open STU pad keeps, by whichever road. */
import assert from 'node:assert/strict';
import { stuFacts } from '../../../drivers/simulated/stu-facts.ts';
import type { StuName } from '../../../drivers/simulated/stu-facts.ts';
import type { FoundPad } from '../../../drivers/found-pad.ts';
import type { DrillLab } from '../drill.ts';
import { wanderingPen } from '../virtual/pen-stream.ts';
import type { VirtualPadProcess } from '../virtual/virtual-pad-process.ts';
import { assertNoneLost, assertSamples } from './desk.ts';
import type { Heard } from './desk.ts';
import { chequered, coloured, samePicture } from './pictures.ts';

const REPORTS = 100;

/** Identity, pictures by reports and by the bulk interface, an encrypted capture, every sample in order. */
export async function stuContract(
  lab: DrillLab,
  model: StuName,
  found: FoundPad,
  device: VirtualPadProcess,
  heard: Heard,
): Promise<void> {
  const facts = stuFacts(model);
  const { pad } = heard;
  const { description } = pad;
  const { geometry } = description;
  assert.equal(description.model, facts.label);
  assert.equal(description.road, found.road);
  assert.equal(description.encryption, facts.crypto);
  assert.deepEqual([geometry.maxX, geometry.maxY, geometry.maxPressure], [facts.maxX, facts.maxY, facts.maxPressure]);
  assert.deepEqual([geometry.screen?.width, geometry.screen?.height], [facts.width, facts.height]);

  const picture = chequered(facts.width, facts.height);
  const begun = performance.now();
  const shares: number[] = [];
  await pad.showPicture(picture, (share) => shares.push(share));
  const uploadMs = performance.now() - begun;
  assert.ok(samePicture(picture, await device.screen()), 'the pad shows the picture');
  assert.equal(shares.at(-1), 1);
  if (facts.bulk && (facts.encodings & 0x0c) !== 0) {
    const colour = coloured(facts.width, facts.height);
    await pad.showPicture(colour);
    assert.ok(samePicture(colour, await device.screen(), 8), 'the pad shows the picture in colour');
  }
  const { bulkBytes } = await device.order('counts', null);
  assert.equal(bulkBytes > 0, facts.bulk, 'the bulk interface is used where there is one');

  const before = wanderingPen(20, 100, 1);
  await device.pen(before);
  await heard.arrived(before.length, device);
  assertSamples(heard, before);
  await pad.startCapture();
  const written = wanderingPen(REPORTS, 200, 2);
  assert.ok((await device.pen(written)) > 0);
  await heard.arrived(before.length + written.length, device);
  assertSamples(heard, written, before.length);
  assert.deepEqual(heard.bad, []);
  if (facts.optionMode === 3) assertNoneLost(heard);
  await pad.endCapture();
  await pad.clearScreen();
  assertBlank(await device.screen());
  const upload = `${Math.round(uploadMs)} ms for a picture ${facts.bulk ? 'by bulk' : 'by reports'}`;
  lab.tell(`${description.road}, encryption ${description.encryption}, ${upload}`);
}

export function assertBlank(screen: { readonly rgba: Uint8Array } | null): void {
  assert.ok(screen);
  assert.ok(
    screen.rgba.every((value) => value === 255),
    'nothing is left on the screen',
  );
}
