/**
 * Every pad we know, as data (`pads.md` 1.1, 1.6). To add a pad: a line here, and a driver if its reports are new.
 * `proven` says what has been tried, and nothing here has yet met a real device.
 */
import type { OpenPad, PadDriver, PadModel, StuTraits } from './found-pad.ts';
import type { PadGeometry } from './pad.ts';
import { openStuPad } from './wacom/stu-pad.ts';

const wacomVendorId = 0x056a;
const open: OpenPad = openStuPad;
const stu = (traits: StuTraits): PadDriver => ({ kind: 'wacom-stu', traits, open });

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
  extra: { serialMode?: boolean } = {},
): PadModel => ({
  vid: wacomVendorId,
  pid,
  maker: 'Wacom',
  model,
  shows: 'own-screen',
  geometry: shape,
  driver,
  proven: driver.kind === 'recognised' ? null : 'simulated',
  serialMode: extra.serialMode ?? false,
});

const first = stu({ optionMode: null, writingArea: false, identity: null });
const fifth = stu({ optionMode: 1, writingArea: true, identity: null });
const later = stu({ optionMode: 3, writingArea: true, identity: 0x0b });
const newest = stu({ optionMode: 3, writingArea: true, identity: 0x0f });

export const padModels: readonly PadModel[] = [
  wacom(0x00a1, 'STU-500', geometry(640, 480, 'mono', 10240, 7680), first, { serialMode: true }),
  wacom(0x00a2, 'STU-300', geometry(396, 100, 'mono', 9900, 2500), first),
  wacom(0x00a3, 'STU-520', geometry(800, 480, 'rgb16', 10800, 6480), fifth),
  wacom(0x00a4, 'STU-430', geometry(320, 200, 'mono', 9600, 6000), later),
  wacom(0x00a5, 'STU-530', geometry(800, 480, 'rgb24', 10800, 6480), later),
  wacom(0x00a6, 'STU-430V', geometry(320, 200, 'mono', 9600, 6000), later, { serialMode: true }),
  wacom(0x00a7, 'STU-530V', geometry(800, 480, 'rgb24', 10800, 6480), later, { serialMode: true }),
  wacom(0x00a8, 'STU-540', geometry(800, 480, 'rgb24', 10800, 6480), newest, { serialMode: true }),
  wacom(0x00a9, 'STU-541', geometry(800, 480, 'rgb24', 10800, 6480), {
    kind: 'recognised',
    reason: 'sends pen data inside TLS only, for which the maker issues the certificates',
  }),
];

export function modelOf(vid: number, pid: number): PadModel | null {
  return padModels.find((model) => model.vid === vid && model.pid === pid) ?? null;
}

export function modelNamed(name: string): PadModel {
  const found = padModels.find((model) => model.model === name);
  if (!found) throw new Error(`no such model: ${name}`);
  return found;
}
