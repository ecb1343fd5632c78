/**
 * Every pad we know by its USB numbers, as data (`pads.md` 1.1, 1.6, 2, 3). To add a pad: a line here, and a driver if
 * its reports are new. `proven` says what has been tried, and nothing here has yet met a real device. Pens that say by
 * their report descriptor what they send need no line.
 */
import type { PadDriver, PadModel } from './found-pad.ts';
import { openGenericPen } from './generic-digitizer/generic-pen.ts';
import type { PadGeometry } from './pad.ts';
import { openDeltaPad } from './signotec/delta-pad.ts';
import { padOfMaker, undrivenPads } from './undriven-pads.ts';
import { openDtuPad } from './wacom/dtu-pad.ts';
import type { DtuLayout } from './wacom/dtu-reports.ts';
import { openStuPad } from './wacom/stu-pad.ts';

/** What a model has of reports is in `wacom/stu-report-table.ts`; the pad's own descriptor wins over it. */
const stu: PadDriver = { kind: 'wacom-stu', open: openStuPad };

type Colour = 'mono' | 'rgb16' | 'rgb24';
const geometry = (width: number, height: number, colour: Colour, maxX: number, maxY: number): PadGeometry => ({
  maxX,
  maxY,
  maxPressure: 1023,
  unitsPerInch: { x: 2540, y: 2540 },
  nominalRate: 200,
  screen: { width, height, colour },
});
const wacom = (
  pid: number,
  model: string,
  shape: PadGeometry,
  driver: PadDriver,
  extra: { serialMode?: boolean; proven?: 'lab' } = {},
): PadModel => ({
  vid: 0x056a,
  pid,
  maker: 'Wacom',
  model,
  shows: 'own-screen',
  geometry: shape,
  driver,
  proven: driver.kind === 'recognised' ? null : (extra.proven ?? 'simulated'),
  serialMode: extra.serialMode ?? false,
});

/** Signing displays: 100 units a millimetre, as the Linux kernel has them. */
const dtu = (
  pid: number,
  model: string,
  layout: DtuLayout,
  [maxX, maxY, maxPressure]: readonly [number, number, number],
): PadModel => ({
  ...wacom(pid, model, penOnly({ maxX, maxY, maxPressure, nominalRate: layout === 'numbered' ? 200 : 0 }, 2540), {
    kind: 'wacom-dtu',
    layout,
    open: openDtuPad,
  }),
  shows: 'computer-screen',
});

const penOnly = (
  shape: Pick<PadGeometry, 'maxX' | 'maxY' | 'maxPressure' | 'nominalRate'>,
  x: number,
  y = x,
): PadGeometry => ({ ...shape, unitsPerInch: { x, y }, screen: null });
const delta = (vid: number, pid: number, maker: string, model: string): PadModel => ({
  vid,
  pid,
  maker,
  model,
  shows: 'computer-screen',
  geometry: penOnly(
    { maxX: 43_392, maxY: 27_120, maxPressure: 2047, nominalRate: 250 },
    43_392 / 8.541,
    27_120 / 5.338,
  ),
  driver: { kind: 'signotec-delta', open: openDeltaPad },
  proven: 'simulated',
  serialMode: false,
});

/** Its descriptor says 2896 by 1370, and its pen reaches a part of that, as one owner measured (`pads.md` 3.1). */
const ePad: PadModel = {
  vid: 0x04df,
  pid: 0x0012,
  maker: 'ePadLink',
  model: 'ePad',
  shows: 'nothing',
  geometry: penOnly({ maxX: 1098, maxY: 569, maxPressure: 127, nominalRate: 52 }, 2896 / 8.96, 1370 / 5.12),
  driver: { kind: 'hid-pen', reach: true, open: openGenericPen },
  proven: 'lab',
  serialMode: false,
};

export const padModels: readonly PadModel[] = [
  wacom(0x00a1, 'STU-500', geometry(640, 480, 'mono', 10240, 7680), stu, { serialMode: true, proven: 'lab' }),
  wacom(0x00a2, 'STU-300', geometry(396, 100, 'mono', 9900, 2500), stu, { proven: 'lab' }),
  wacom(0x00a3, 'STU-520', geometry(800, 480, 'rgb16', 10800, 6480), stu, { proven: 'lab' }),
  wacom(0x00a4, 'STU-430', geometry(320, 200, 'mono', 9600, 6000), stu, { proven: 'lab' }),
  wacom(0x00a5, 'STU-530', geometry(800, 480, 'rgb24', 10800, 6480), stu, { proven: 'lab' }),
  wacom(0x00a6, 'STU-430V', geometry(320, 200, 'mono', 9600, 6000), stu, { serialMode: true }),
  wacom(0x00a7, 'STU-530V', geometry(800, 480, 'rgb24', 10800, 6480), stu, { serialMode: true }),
  wacom(0x00a8, 'STU-540', geometry(800, 480, 'rgb24', 10800, 6480), stu, { serialMode: true, proven: 'lab' }),
  wacom(0x00a9, 'STU-541', geometry(800, 480, 'rgb24', 10800, 6480), {
    kind: 'recognised',
    code: 'needs-tls',
    reason: 'sends pen data inside TLS only, for which the maker issues the certificates',
  }),
  dtu(0x00fb, 'DTU-1031', 'numbered', [22_096, 13_960, 511]),
  dtu(0x032f, 'DTU-1031X', 'numbered', [22_672, 12_928, 511]),
  dtu(0x0336, 'DTU-1141', 'numbered', [23_672, 13_403, 1023]),
  dtu(0x0359, 'DTU-1141B', 'numbered', [23_672, 13_403, 1023]),
  dtu(0x00ce, 'DTU-2231', 'older', [47_864, 27_011, 511]),
  dtu(0x00f0, 'DTU-1631', 'older', [34_623, 19_553, 511]),
  ePad,
  delta(0x2133, 0x0018, 'signotec', 'Delta'),
  delta(0x0543, 0xe621, 'ViewSonic', 'PD1011'),
  ...undrivenPads,
];

export function modelOf(vid: number, pid: number): PadModel | null {
  return padModels.find((model) => model.vid === vid && model.pid === pid) ?? padOfMaker(vid, pid);
}

export function modelNamed(name: string): PadModel {
  const found = padModels.find((model) => model.model === name);
  if (!found) throw new Error(`no such model: ${name}`);
  return found;
}
