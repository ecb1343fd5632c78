import { systemClock } from '../../drivers/clock.ts';
import { SimulatedStu } from '../../drivers/simulated/simulated-stu.ts';
import type { SimulatedPen } from '../../drivers/simulated/pen-pace.ts';
import { startPadHost } from '../../kiosk-shell/pad-host/client.ts';
import { round } from './bench.ts';
import type { BenchResult } from './bench.ts';
import { atBrowserDesk } from './browser-desk.ts';
import { benchPadWords } from './pad-words.ts';
import { benchPenToBrowser } from './pen-browser.ts';
import { benchPenInLab } from './pen-lab.ts';

type BenchRow = BenchResult['rows'][number];

const seconds = 5;
const rates = [200, 1000];

/**
 * Pen path: from the arrival of a report at the driver, in the pad host's process, to the listener in this process,
 * beside a bare loop that only takes reports off the same transport.
 */
export async function benchPen(): Promise<BenchResult> {
  const rows: BenchRow[] = [];
  for (const rate of rates) {
    rows.push(await bareLoop(rate), await throughHost(rate));
  }
  rows.push(
    ...(await atBrowserDesk(async (desk) => [
      ...(await benchPadWords(desk)),
      ...(await benchPenToBrowser(rates, desk)),
    ])),
  );
  const lab = await benchPenInLab();
  rows.push(...lab.rows);
  return {
    name: 'pen',
    rows,
    notes: [
      `Each row without 'lab' is ${seconds} s of one stroke at the rate named, from the simulated STU-530: no USB is in it.`,
      'Bare: report handed to the transport until its listener has read it, in one process.',
      'Pad host: report at the driver in the child process until the samples reach the listener in the parent.',
      'Browser: report due at the simulated pad until its position is in an event of a clerk’s Chromium, the 33 ms gathering of the mirror included.',
      'Words: from the act of pulling or putting back the simulated cable until the words are in the clerk’s Chromium; sent is how often.',
      'Lost is what was sent and never arrived; both processes share one machine with everything else on it.',
      ...lab.notes,
    ],
  };
}

function strokeAt(rate: number): readonly SimulatedPen[] {
  const step = 1000 / rate;
  return Array.from({ length: seconds * rate }, (_, at) => ({
    x: 60 + (at % 600),
    y: 150 + 60 * Math.sin(at / 40),
    p: 0.5,
    tip: true,
    t: at * step,
  }));
}

async function bareLoop(rate: number): Promise<BenchRow> {
  const pad = new SimulatedStu('stu-530');
  const transport = pad.connect();
  await transport.sendFeatureReport(Uint8Array.of(0x32, 3));
  const latencies: number[] = [];
  let sentAt = 0;
  const makeReport = pad.device.pen.bind(pad.device);
  pad.device.pen = (moment) => {
    const report = makeReport(moment);
    sentAt = systemClock.now();
    return report;
  };
  transport.onInput((report) => {
    if (report[0] === 0x34) latencies.push((systemClock.now() - sentAt) / 1000);
  });
  const stroke = strokeAt(rate);
  await pad.penSamples(stroke, { fast: false });
  await transport.close();
  return row('bare loop', rate, stroke.length, latencies);
}

async function throughHost(rate: number): Promise<BenchRow> {
  const service = await startPadHost({ simulated: ['stu-530'], demoIfNone: false });
  try {
    const pad = service.pads()[0];
    const control = service.simulated;
    if (!pad || !control) throw new Error('the pad host shows no simulated pad');
    const latencies: number[] = [];
    const started = await service.startCapture(
      pad.description.id,
      {
        tenant: 'Bench',
        document: 'Bench',
        label: 'Signature',
        signatory: 'Bench',
        page: '',
        labels: { ok: 'OK', clear: 'Clear', cancel: 'Cancel' },
      },
      (event) => {
        if (event.type !== 'samples') return;
        const now = systemClock.now();
        for (const sample of event.samples) latencies.push((now - sample.at) / 1000);
      },
    );
    if (!started.ok) throw new Error(`no capture: ${started.error}`);
    const stroke = strokeAt(rate);
    await control.pen(stroke, false);
    return row('pad host', rate, stroke.length, latencies);
  } finally {
    await service.close();
  }
}

function row(path: string, rate: number, sent: number, latencies: readonly number[]): BenchRow {
  const sorted = [...latencies].sort((one, other) => one - other);
  const percentile = (share: number): number => {
    return round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN, 3);
  };
  return {
    path,
    'reports/s': rate,
    sent,
    lost: sent - latencies.length,
    'p50 ms': percentile(0.5),
    'p95 ms': percentile(0.95),
    'p99 ms': percentile(0.99),
    'max ms': percentile(1),
  };
}
