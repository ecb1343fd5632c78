/** Driver of any pen that says in its report descriptor what it sends (`pads.md` 4): tablets, pen displays, the ePad. */
import { systemClock } from '../clock.ts';
import type { FoundPad, OpenPadPorts } from '../found-pad.ts';
import { PadError } from '../pad.ts';
import type { HidTransport, Pad, PadEvent } from '../pad.ts';
import { describeByTable, openScreenlessPad } from '../screenless-pad.ts';
import type { ReadPenBytes } from '../screenless-pad.ts';
import { choosePens, geometryOf, penModeReport } from './choose-pens.ts';
import type { PenChoice } from './choose-pens.ts';
import { penReader } from './pen-report.ts';
import { penSampler } from './pen-sample.ts';
import { parseReportDescriptor } from './report-descriptor.ts';
import type { ReportDescriptor } from './report-descriptor.ts';

/** Rejects with `PadError`: 'unsupported' where the device does not say what it sends, or has no pen. */
export function openGenericPen(
  transport: HidTransport,
  found: FoundPad,
  { clock = systemClock, reach: measured }: OpenPadPorts = {},
): Promise<Pad> {
  return openScreenlessPad(transport, clock, async (answer) => {
    const bytes = await answer(transport.reportDescriptor());
    if (bytes === null) throw new PadError('unsupported', 'the system does not tell what the device sends');
    const descriptor = parseReportDescriptor(bytes);
    if (!descriptor.ok) throw new PadError('unsupported', 'the report descriptor is damaged');
    const mode = penModeReport(descriptor.value);
    const switched = mode !== null && (await taken(answer(transport.sendFeatureReport(mode))));
    const choice = choosePens(descriptor.value, switched);
    if (choice === null) throw new PadError('unsupported', 'the device has no pen');
    const { driver, geometry } = found.model;
    // The reach of a pad that is smaller than it says is known only from a measure, this desk's or the table's.
    const reaches = measured ?? { maxX: geometry.maxX, maxY: geometry.maxY };
    const reach = driver.kind === 'hid-pen' && driver.reach ? reaches : {};
    const told = { ...geometryOf(choice.main), nominalRate: geometry.nominalRate, ...reach };
    return {
      description: { ...describeByTable(found), geometry: told },
      read: penBytes(descriptor.value, choice),
    };
  });
}

/** A tablet that refuses the mode goes on as it is. */
async function taken(setting: Promise<void>): Promise<boolean> {
  try {
    await setting;
    return true;
  } catch (error) {
    if (error instanceof PadError && error.code === 'refused') return false;
    throw error;
  }
}

/** Reports of other parts of the device (mouse, keys, battery) say nothing of the pen and are passed over. */
function penBytes(descriptor: ReportDescriptor, choice: PenChoice): ReadPenBytes {
  const readers = new Map(choice.pens.map((pen) => [pen.reportId, penReader(pen)]));
  const strays = new Set(choice.strays.map(({ reportId }) => reportId));
  const others = new Set(descriptor.inputs.map(({ id }) => id));
  const sample = penSampler();
  return (bytes, at) => {
    const id = descriptor.usesIds ? bytes[0] : 0;
    if (id === undefined) return [malformed];
    const read = readers.get(id);
    if (read === undefined) return others.has(id) && !strays.has(id) ? [] : [unknown];
    const reading = read(bytes);
    if (!reading.ok) return [malformed];
    const taken = sample(reading.value, at);
    return taken === null ? [] : [{ type: 'samples', samples: [taken] }];
  };
}

const malformed: PadEvent = { type: 'bad-report', reason: 'malformed' };
const unknown: PadEvent = { type: 'bad-report', reason: 'unknown' };
