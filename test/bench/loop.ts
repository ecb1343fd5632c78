import { CounterClient } from '../../kiosk-shell/cli/counter-client.ts';
import { taggedPdf } from '../support/kiosk-desk.ts';
import { longPdf } from '../support/long-pdf.ts';
import { round, type BenchResult } from './bench.ts';
import { LoopClerk } from './loop-clerk.ts';
import { atLoopDesk } from './loop-desk.ts';
import { LoopWatch, now, type Watched } from './loop-watch.ts';
import { RasterStroke } from './pen-raster.ts';

type BenchRow = BenchResult['rows'][number];

const SIGN = 'Podpis;role=customer;type=signature;order=1;width=180;height=60';
const LARGE = { pages: 36, bytes: 50_000_000 };
const RATE = 200;
/** Longer than what is done to the large document meanwhile. */
const STROKE_SECONDS = 8;
const IDLE_MS = 5000;
/** The last positions are still on their way when the last report is sent. */
const DRAIN_MS = 500;

/**
 * What pens and screens notice of a 50 MB document that is taken in, read, sealed, packed, delivered and verified: event
 * loop of the kiosk, the clerk's page and the pen in the clerk's event stream, beside the same while nothing is done.
 */
export async function benchLoop(): Promise<BenchResult> {
  const large = await longPdf(LARGE.pages, [SIGN], LARGE.bytes);
  const small = await taggedPdf([SIGN]);
  const rows = await atLoopDesk(async ({ url, probe, clerk, manager }) => {
    const counter = new CounterClient(url);
    await counter.signIn(clerk.name, clerk.pin);
    const watch = await LoopWatch.open(url, probe, clerk);
    const people = await LoopClerk.start({ url, clerk, manager, large, small });
    try {
      return await phases({ counter, watch, people });
    } finally {
      watch.close();
      await people.end();
    }
  });
  return {
    name: 'loop',
    rows,
    notes: [
      `One document of ${LARGE.bytes / 1e6} MB in the production build; its clerk, customer and manager are in another process.`,
      'Loop: delay of the kiosk’s event loop; busy: how long it was at work. CPU: the kiosk’s process with its threads.',
      'Screen: the clerk’s page, asked for ten times a second, to its last byte. It waits for a processor like everybody.',
      `Pen: ${RATE} reports a second from the simulated STU-530, in the clerk’s event stream, by how much later than the soonest of its stroke (only the pad knows when it began); of another ceremony. Nobody writes while their own signature is sealed.`,
    ],
  };
}

interface Counter {
  readonly counter: CounterClient;
  readonly watch: LoopWatch;
  readonly people: LoopClerk;
}

async function phases(desk: Counter): Promise<readonly BenchRow[]> {
  const { watch, people, counter } = desk;
  const rows: BenchRow[] = [];
  const first = await people.do('walkToPen', await people.do('takeInSmall'));
  // The first page, stroke and answer of a process load its code.
  await whilePenMoves(desk, () => pause(1000));
  rows.push(await whilePenMoves(desk, () => pause(IDLE_MS)).then((span) => rowOf('nothing else', span)));
  let large = '';
  const takeIn = await whilePenMoves(desk, async () => void (large = await people.do('takeInLarge')));
  rows.push(rowOf('taken in', takeIn));
  rows.push(rowOf('read by a clerk', await whilePenMoves(desk, () => people.do('read', large))));
  await people.do('decline', first);

  let ceremony = '';
  const review = await watch.during(async () => void (ceremony = await people.do('walkToPen', large)));
  rows.push(rowOf('read by the customer', { ...review, pen: [] }));
  await counter.pen(new RasterStroke(RATE, 2).samples);
  const sealed = watch.until(large, ({ ceremony: last }) => last?.step === 'completed');
  const seal = await watch.during(async () => {
    await people.do('pressOk', ceremony);
    await sealed;
  });
  rows.push(rowOf('sealed', { ...seal, pen: [] }));
  const delivered = watch.until(large, ({ delivery }) => delivery === 'delivered');
  await people.do('dismiss', ceremony);
  const packing = await watch.during(async () => people.do('walkToPen', await people.do('takeInSmall')));
  rows.push(rowOf('packed, the next customer comes', { ...packing, pen: [] }));
  rows.push(rowOf('delivered, the next customer signs', await whilePenMoves(desk, () => delivered)));
  rows.push(rowOf('verified for the manager', await whilePenMoves(desk, () => people.do('verify', large))));
  return rows;
}

interface Span extends Watched {
  /** How much later than the stroke's soonest report each report due in the span came, milliseconds; null: never. */
  readonly pen: readonly (number | null)[];
}

async function whilePenMoves({ counter, watch }: Counter, work: () => Promise<unknown>): Promise<Span> {
  const stroke = new RasterStroke(RATE, STROKE_SECONDS);
  watch.arrivals.length = 0;
  const begunAt = now();
  const written = counter.pen(stroke.samples);
  await pause(DRAIN_MS);
  const watched = await watch.during(work);
  await written;
  await pause(DRAIN_MS);
  await counter.press('clear');
  const reports = stroke.latencies(watch.arrivals, begunAt);
  const soonest = Math.min(...reports.map(({ late }) => late ?? Infinity));
  const pen = reports
    .filter(({ due }) => begunAt + due >= watched.begunAt && begunAt + due <= watched.endedAt)
    .map(({ late }) => (late === null ? null : late - soonest));
  return { ...watched, pen };
}

function rowOf(during: string, { begunAt, endedAt, loop, screens, pen }: Span): BenchRow {
  const came = pen.filter((late) => late !== null);
  return {
    'while it is': during,
    s: round((endedAt - begunAt) / 1000, 1),
    'loop p99 ms': round(loop.p99Ms, 0),
    'loop max ms': round(loop.maxMs, 0),
    'busy ms': round(loop.busyMs, 0),
    'CPU ms': round(loop.cpuMs, 0),
    ...columns('screen', screens),
    ...columns('pen', came),
    'pen lost': pen.length - came.length,
  };
}

function columns(what: string, values: readonly number[]): Record<string, number | string> {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number): number | string => {
    const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
    return value === undefined ? '-' : round(value, 0);
  };
  return { [`${what} p50 ms`]: at(0.5), [`${what} p95 ms`]: at(0.95), [`${what} max ms`]: at(1) };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
