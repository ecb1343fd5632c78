import { finishInk } from '../../signing/capture/ink-files/finish-ink.ts';
import { INK_FILE_LIMIT } from '../../signing/capture/ink-files/ink-recording.ts';
import type { InkProblem, InkRecording, InkSample } from '../../signing/capture/ink-files/ink-recording.ts';
import { err, ok } from '../../signing/result.ts';
import type { Result } from '../../signing/result.ts';
import { findPenReports } from '../generic-digitizer/pen-fields.ts';
import type { PenReport } from '../generic-digitizer/pen-fields.ts';
import { penScale, readPen } from '../generic-digitizer/pen-report.ts';
import { parseReportDescriptor } from '../generic-digitizer/report-descriptor.ts';
import { knownLayouts } from './known-layouts.ts';
import type { PenMoment } from './known-layouts.ts';
import { readRecordingText } from './recording-text.ts';
import type { RecordedInterface, RecordedReport } from './recording-text.ts';

/** The pen of a recording, report by report, in units of the device. */
export interface HidPenTrack {
  /** Vendor and product, where the text tells them. */
  readonly device: string | null;
  readonly layout: 'descriptor' | 'known';
  readonly maxPressure: number | null;
  /** Every report of the pen, those out of range too. */
  readonly moments: readonly TimedMoment[];
}
export interface TimedMoment extends PenMoment {
  /** Microseconds of the recorder's clock. */
  readonly at: number;
}

/** hid-recorder and usbhid-dump text as ink. Reports of no public layout are refused in a sentence. */
export function parseHidRecording(bytes: Uint8Array): Result<InkRecording, InkProblem> {
  const track = readHidTrack(bytes);
  if (!track.ok) return track;
  return finishInk('hid-recording', inkOf(track.value));
}

/** The busiest pen in the recording: interfaces repeat theirs as a mouse, and several reports can hold one pen. */
export function readHidTrack(bytes: Uint8Array): Result<HidPenTrack, InkProblem> {
  if (bytes.length > INK_FILE_LIMIT) return err({ code: 'too-large', detail: `${bytes.length} bytes` });
  // Every byte is a character: the text is ASCII, and a stray byte in a device's name must not lose the recording.
  const read = readRecordingText(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'));
  if (read === null) return err({ code: 'unknown-format', detail: 'no known recording of a pen' });
  if (!read.ok) return err({ code: 'damaged', detail: read.error });
  const tracks = read.value.flatMap(tracksOf);
  const [busiest] = tracks.toSorted((a, b) => b.moments.length - a.moments.length);
  return busiest === undefined ? err({ code: 'unknown-format', detail: unknownLayout(read.value) }) : ok(busiest);
}

function unknownLayout(interfaces: readonly RecordedInterface[]): string {
  if (interfaces.every(({ reports }) => reports.length === 0)) return 'the recording holds no reports';
  const device = interfaces.find((one) => one.device !== null)?.device;
  const what = device === undefined ? 'this device' : `the device ${String(device)}`;
  const described = interfaces.some(({ descriptor }) => descriptor !== null);
  return described
    ? `the reports of ${what} are in a layout of the maker's own, which is not known here, so they cannot be replayed`
    : 'the recording has no report descriptor, and the layout of its reports is not known';
}

function tracksOf(recorded: RecordedInterface): readonly HidPenTrack[] {
  const described = describedPens(recorded);
  if (described.length > 0) return described.filter(({ moments }) => moments.length > 0);
  const byId = Map.groupBy(recorded.reports, ({ bytes }) => bytes[0] ?? 0);
  return [...byId.values()].flatMap((reports) => {
    const layout = knownLayouts.find(({ fits }) => fits(reports.map(({ bytes }) => bytes)));
    if (layout === undefined) return [];
    const moments = reports.map(({ bytes, at }) => ({ ...layout.read(bytes), at }));
    return [{ device: recorded.device, layout: 'known', maxPressure: likelyRange(moments), moments }];
  });
}

function describedPens({ device, descriptor, reports }: RecordedInterface): readonly HidPenTrack[] {
  const parsed = descriptor === null ? null : parseReportDescriptor(descriptor);
  if (parsed === null || !parsed.ok) return [];
  return findPenReports(parsed.value).map((pen) => ({
    device,
    layout: 'descriptor',
    maxPressure: penScale(pen).maxPressure,
    moments: momentsOf(pen, reports),
  }));
}

function momentsOf(pen: PenReport, reports: readonly RecordedReport[]): readonly TimedMoment[] {
  let [x, y] = [0, 0];
  const moments: TimedMoment[] = [];
  for (const { bytes, at } of reports) {
    const reading = readPen(pen, bytes);
    if (!reading.ok) continue;
    x = reading.value.x ?? x;
    y = reading.value.y ?? y;
    const { inRange, tip, pressure = 0 } = reading.value;
    moments.push({ inRange, tip, pressure, x, y, at });
  }
  return moments;
}

/** Without a descriptor the range of the pressure is not told: the next that pads have, from 9 bits up. */
function likelyRange(moments: readonly TimedMoment[]): number {
  const strongest = moments.reduce((most, { pressure }) => Math.max(most, pressure), 0);
  let range = 511;
  while (range < strongest) range = range * 2 + 1;
  return range;
}

/** Where the pen is out of range it has no place: it is lifted where it was last. */
function inkOf({ moments, maxPressure }: HidPenTrack): readonly InkSample[] {
  const samples: InkSample[] = [];
  for (const { at, inRange, tip, pressure, x, y } of moments) {
    const last = samples.at(-1);
    if (inRange) {
      const share = maxPressure === null || maxPressure === 0 ? null : pressure / maxPressure;
      samples.push({ x, y, tip, pressure: share, time: at / 1000 });
    } else if (last?.tip === true) {
      samples.push({ ...last, tip: false, pressure: last.pressure === null ? null : 0, time: at / 1000 });
    }
  }
  return samples;
}
