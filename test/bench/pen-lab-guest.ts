/** Runs in the lab's guest as root; prints one line for `pen-lab.ts`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { scanPads } from '../../drivers/find-pads.ts';
import { openPad } from '../../drivers/open-pad.ts';
import { startPadHost } from '../../kiosk-shell/pad-host/client.ts';
import { findOnly } from '../lab/drills/desk.ts';
import { coloured, chequered } from '../lab/drills/pictures.ts';
import { until } from '../lab/drills/until.ts';
import type { Cable } from '../lab/virtual/pad-orders.ts';
import { wanderingPen } from '../lab/virtual/pen-stream.ts';
import { VirtualPadProcess } from '../lab/virtual/virtual-pad-process.ts';
import { round } from './bench.ts';
import { Bare } from './pen-lab-bare.ts';
import { figuresMark } from './pen-lab.ts';
import type { LabFigures } from './pen-lab.ts';

const seconds = 5;
const model = 'stu-530';
const screen = { width: 800, height: 480 };
const words = { tenant: 'Bench', document: 'Bench', label: '', signatory: '', page: '' };
const labels = { ok: 'OK', clear: 'Clear', cancel: 'Cancel' };
/** Reports still on their way when the pen has stopped. */
const drainMs = 20_000;

const readyMs = 60_000;

/** One reading: which report, and when it was there. */
interface Arrival {
  readonly sequence: number;
  readonly at: number;
}
interface Run {
  readonly arrivals: readonly Arrival[];
  /** Processor time of everything between kernel and listener, microseconds. */
  readonly cpu: number;
}
type Row = LabFigures['rows'][number];

// The kernel's wacom driver leaves a STU no hidraw node, and the baseline has no other road.
writeFileSync('/sys/module/hid/parameters/ignore_special_drivers', '1');
const rows: Row[] = [];
for (const [road, rate] of [
  ['uhid', 200],
  ['uhid', 1000],
  ['vhci', 200],
] as const) {
  const bare = await measured(road, rate, throughBare);
  const ours = await measured(road, rate, throughHost);
  const name = road === 'vhci' ? 'lab USB/IP' : 'lab uhid';
  rows.push(rowOf(`${name}, bare node-hid`, rate, bare), rowOf(`${name}, pad host`, rate, ours));
}
const uploads = await uploadNotes();
const notes = [
  `Lab rows: ${seconds} s of one stroke from a virtual STU-530 on a genuine Linux kernel under software emulation, about eleven times slower than this machine.`,
  'Lab, bare: node-hid’s own events in a process that does nothing else. Pad host: hidraw, driver, decryption, pad host, IPC, listener in the kiosk’s process.',
  'Lab latency: from the moment the virtual pad sends the report. µs a report: processor time of all processes between kernel and listener.',
  ...rows.flatMap((row, at) => (at % 2 === 1 ? [ratio(rows[at - 1], row)] : [])),
  ...uploads,
];
process.stdout.write(`${figuresMark}${JSON.stringify({ rows, notes })}\n`);
process.exit(0);

interface Measured {
  readonly sent: number;
  readonly latencies: readonly number[];
  readonly cpu: number;
}

async function measured(
  road: 'uhid' | 'vhci',
  rate: number,
  through: (pad: VirtualPadProcess, count: number, rate: number) => Promise<Run>,
): Promise<Measured> {
  const pad = await VirtualPadProcess.start(model);
  try {
    const cable: Cable = { road };
    await pad.plug(cable);
    await findOnly('hidraw');
    const { arrivals, cpu } = await through(pad, seconds * rate, rate);
    const times = await pad.order('times', null);
    const first = arrivals[0]?.sequence ?? 0;
    const latencies = arrivals.map(({ sequence, at }) => (at - (times[(sequence - first) & 0xffff] ?? at)) / 1000);
    return { sent: times.length, latencies, cpu };
  } finally {
    await pad.end();
    await until('the pad is gone', async () => (await scanPads()).found.length === 0);
  }
}

async function throughBare(pad: VirtualPadProcess, count: number, rate: number): Promise<Run> {
  const bare = await Bare.start((await findOnly('hidraw')).path);
  await pad.pen(wanderingPen(count, rate));
  await until('all reports', async () => (await bare.count()) >= count, drainMs).catch(() => undefined);
  return bare.end();
}

async function throughHost(pad: VirtualPadProcess, count: number, rate: number): Promise<Run> {
  const service = await startPadHost({ simulated: [], demoIfNone: false });
  try {
    const listings = (): string =>
      service
        .pads()
        .map(({ state, problem }) => `${state} ${problem ?? ''}`)
        .join('; ');
    await until('the pad is ready', () => service.pads().some(({ state }) => state === 'ready'), readyMs).catch(() => {
      throw new Error(`the pad host lists: ${listings()}`);
    });
    const id = service.pads()[0]?.description.id ?? '';
    const arrivals: Arrival[] = [];
    const started = await service.startCapture(id, { ...words, labels }, (event) => {
      if (event.type !== 'samples') return;
      const at = Number(process.hrtime.bigint() / 1000n);
      for (const { sequence } of event.samples) arrivals.push({ sequence: sequence ?? 0, at });
    });
    if (!started.ok) throw new Error(`no capture: ${started.error}`);
    const { area, description } = started.value;
    const { maxX, maxY } = description.geometry;
    const moments = wanderingPen(count, rate).map((moment) => ({
      ...moment,
      x: (area.x + moment.x * area.width) / maxX,
      y: (area.y + moment.y * area.height) / maxY,
    }));
    const own = process.cpuUsage();
    const host = cpuOf(service.hostPid);
    await pad.pen(moments);
    await until('all reports', () => arrivals.length >= count, drainMs).catch(() => undefined);
    const { user, system } = process.cpuUsage(own);
    return { arrivals, cpu: user + system + cpuOf(service.hostPid) - host };
  } finally {
    await service.close();
  }
}

/** Microseconds of processor time a process has had; the kernel counts in hundredths of a second. */
function cpuOf(pid: number | null): number {
  const fields =
    readFileSync(`/proc/${pid ?? 'self'}/stat`, 'utf8')
      .split(') ')[1]
      ?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

function rowOf(path: string, rate: number, { sent, latencies, cpu }: Measured): Row {
  const sorted = latencies.toSorted((one, other) => one - other);
  const percentile = (share: number): number =>
    round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN, 1);
  return {
    path,
    'reports/s': rate,
    sent,
    lost: sent - latencies.length,
    'p50 ms': percentile(0.5),
    'p95 ms': percentile(0.95),
    'p99 ms': percentile(0.99),
    'max ms': percentile(1),
    'µs a report': round(cpu / Math.max(1, latencies.length), 0),
  };
}

function ratio(bare: Row | undefined, ours: Row): string {
  const of = (column: string): string => `${round(Number(ours[column]) / Number(bare?.[column]), 1)}`;
  return `${ours['path']} beside bare at ${ours['reports/s']}/s: p99 ${of('p99 ms')} times, processor time ${of('µs a report')} times.`;
}

/** Of the driver alone: a picture in black and white by reports, one in colour by the bulk interface. */
async function uploadNotes(): Promise<readonly string[]> {
  const pad = await VirtualPadProcess.start(model);
  try {
    await pad.plug();
    const { usb: _, ...withoutBulk } = await findOnly('hidraw');
    const notes: string[] = [];
    for (const [found, words, picture] of [
      [withoutBulk, 'black and white by reports', chequered(screen.width, screen.height)],
      [await findOnly('hidraw'), 'colour by bulk', coloured(screen.width, screen.height)],
    ] as const) {
      const open = await openPad(found);
      const before = await pad.order('counts', null);
      const begun = performance.now();
      await open.showPicture(picture);
      const took = Math.round(performance.now() - begun);
      const after = await pad.order('counts', null);
      const reports = after.features - before.features;
      const bytes = after.bulkBytes - before.bulkBytes;
      // Full speed: a control transfer takes a frame of 1 ms at least, bulk 19 packets of 64 bytes a frame at most.
      const theory = Math.round(reports + bytes / (19 * 64));
      notes.push(
        `Lab upload of 800x480 in ${words}: ${took} ms for ${reports} reports and ${bytes} bytes of bulk, which a full-speed bus takes ${theory} ms for at best.`,
      );
      await open.close();
    }
    return notes;
  } finally {
    await pad.end();
  }
}
