import { genericModelOf } from '../../../drivers/generic-digitizer/generic-model.ts';
import { findPenReports } from '../../../drivers/generic-digitizer/pen-fields.ts';
import { penReader, penScale } from '../../../drivers/generic-digitizer/pen-report.ts';
import { parseReportDescriptor } from '../../../drivers/generic-digitizer/report-descriptor.ts';
import { parseHidRecording } from '../../../drivers/recordings/hid-recording.ts';
import { systemClock } from '../../../drivers/clock.ts';
import { reportLength } from '../../../drivers/simulated/device-reports.ts';
import { encryptBlock } from '../../../drivers/simulated/device-pen.ts';
import { StallError, StuDevice } from '../../../drivers/simulated/stu-device.ts';
import { stuFacts } from '../../../drivers/simulated/stu-facts.ts';
import { parseDeltaInput } from '../../../drivers/signotec/delta-pad.ts';
import { TopazParser } from '../../../drivers/topaz/topaz-parser.ts';
import { parseDtuInput } from '../../../drivers/wacom/dtu-reports.ts';
import { parseStuInput } from '../../../drivers/wacom/stu-pen-reports.ts';
import { SessionCipher } from '../../../drivers/wacom/stu-session-cipher.ts';
import { descriptorBytes, descriptorFiles, pensOf } from '../generic-digitizer/descriptors.ts';
import { stuParsers } from '../wacom/stu-parsers.ts';
import type { FuzzedParser } from './fuzz-parser.ts';
import { usbipParsers } from './usbip-parsers.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

const penReports = ['01 91 2C 15 18 0C A8', '30 91 2C 15 18 0C A8 03 E8', '34 91 2C 15 18 0C A8 03 E8 00 2A'];
const ownReports = ['14', '50', '9A', '10', '33'].map((id) => `${id}${'5a'.repeat(16)}`);

const key = (): Uint8Array => Uint8Array.from({ length: 32 }, (_, at) => at);
const session = 0x00c0ffee;
const block = (plain: string): string => Buffer.from(encryptBlock(key(), [...bytes(plain)])).toString('hex');
const timed = [1, 2, 0x7fff, 0xfffe].map(
  (sequence) => `33${block(`912c15180ca8 03e8 ${sequence.toString(16).padStart(4, '0')} 0000 00c0ffee`)}`,
);
const pairs = block('00c0ffee 912c15180ca8 913015200cb0');
const cipher = new SessionCipher(key(), session, [0x33, 0x10, 0x31]);

/** What simulated pads answer to every query they have. */
function answers(): readonly Uint8Array[] {
  return (['stu-520', 'stu-540'] as const).flatMap((name) => {
    const device = new StuDevice(stuFacts(name), systemClock);
    return [...Array(256).keys()]
      .filter((id) => reportLength(device.facts, 'get', id) !== null)
      .map((id) => device.get(id));
  });
}

const wacomOne = descriptorBytes('descriptors/056a-03a6.rdesc.bin');
const epad = descriptorBytes('descriptors/04df-0012.rdesc.bin');
const readAll = (descriptor: Uint8Array): ((report: Uint8Array) => boolean) => {
  const readers = pensOf(descriptor).map(penReader);
  return (report) => readers.some((read) => read(report).ok);
};

const hexOf = (report: Uint8Array): string => [...report].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
const recording = Buffer.from(
  `D: 0\nR: ${epad.length} ${hexOf(epad)}\nN: ePad\nI: 3 04df 0012\nE: 1.000000 6 20 37 01 f2 00 5c\n` +
    'E: 1.008000 6 20 38 01 f3 00 5d\nE: 1.024000 6 00 38 01 f3 00 00\n',
);

const lengths: Readonly<Record<number, number>> = { 0x40: 68, 0x13: 17 };

export const fuzzedParsers: readonly FuzzedParser[] = [
  {
    name: 'STU input reports',
    seeds: [...penReports, ...ownReports, `31${'5a'.repeat(16)}00070008`, '99 04 01 00 00 00 00 00 00 00'].map(bytes),
    parse: (report) => parseStuInput(report).type !== 'problem',
  },
  {
    name: 'STU encrypted reports',
    seeds: [...timed, `10${pairs}`, `31${pairs}00070008`].map(bytes),
    parse: (report) => {
      const input = parseStuInput(report);
      return input.type === 'encrypted' && cipher.open(input) !== 'refused';
    },
  },
  {
    name: 'STU feature reports',
    seeds: answers(),
    parse: (report) => stuParsers.filter((parse) => parse(report).ok).length > 0,
  },
  {
    name: 'HID report descriptors',
    seeds: descriptorFiles()
      .map(descriptorBytes)
      .filter(({ length }) => length < 600),
    parse: (descriptor) => {
      const parsed = parseReportDescriptor(descriptor);
      if (parsed.ok) findPenReports(parsed.value).forEach(penScale);
      return parsed.ok;
    },
  },
  {
    name: 'models from a descriptor',
    seeds: [descriptorBytes('descriptors/28bd-0932.rdesc.bin'), epad],
    parse: (descriptor) => genericModelOf({ vid: 1, pid: 2, maker: 'Maker', product: null }, descriptor) !== null,
  },
  {
    name: 'pen reports by a descriptor (Wacom One)',
    seeds: [bytes(`06 21 00 40 00 00 20 00 00 04 F6 0A ${'00'.repeat(15)}`)],
    parse: readAll(wacomOne),
  },
  { name: 'ePad reports', seeds: [bytes('20 37 01 F2 00 5C')], parse: readAll(epad) },
  {
    name: 'DTU reports',
    seeds: ['11 90 64 10 20 10 20 00 01 00 01', '15 01', '02 21 10 20 10 20 40 01'].map(bytes),
    parse: (report) => [parseDtuInput('numbered', report), parseDtuInput('older', report)].some(({ ok }) => ok),
  },
  {
    name: 'signotec reports',
    seeds: [bytes('02 A6 46 1A 36 07 FF 07 00 00')],
    parse: (report) => parseDeltaInput(report).ok,
  },
  {
    name: 'Topaz bytes',
    seeds: ['C1 10 05 20 03', '9C 00 00 20 03', 'C1 10 05 20 03 9C 00 00 20 03 C0 11 05 21 03'].map(bytes),
    parse: (stream) => new TopazParser().feed(stream).some(({ type }) => type === 'pen'),
  },
  { name: 'recordings', seeds: [recording], parse: (text) => parseHidRecording(text).ok },
  {
    name: 'the simulated STU itself',
    seeds: [
      '25 00',
      '27 00',
      '20 00',
      '21 01',
      '2A 00 00 00 00 3F 01 C7 00',
      '40 01 02 82',
      '15 00 C0 FF EE',
      '16 00',
      '04 01',
      '40 05',
      '13 05',
    ]
      .map(bytes)
      .map((report) =>
        Uint8Array.from({ length: lengths[report[0] ?? 0] ?? report.length }, (_, at) => report[at] ?? 0),
      ),
    parse: takes,
  },
  ...usbipParsers,
];

/** Whatever takes time on a pad is over at once. */
const hasty = {
  now: () => 0,
  after: (_ms: number, act: () => void) => {
    act();
    return () => undefined;
  },
};
const devices = (['stu-430', 'stu-300'] as const).map((name) => {
  const device = new StuDevice(stuFacts(name), hasty);
  device.onDetached(() => device.powerOn());
  return device;
});

/** A device stalls; it never ends with another error. */
function takes(report: Uint8Array): boolean {
  return devices
    .map((device) => stallsOr(() => device.set(report)) && stallsOr(() => device.get(report[1] ?? 0)))
    .some(Boolean);
}
function stallsOr(act: () => void): boolean {
  try {
    act();
    return true;
  } catch (error) {
    if (error instanceof StallError) return false;
    throw error;
  }
}
