import type { HidTransport, PadEvent, PadSample } from '../../../drivers/pad.ts';
import { simulatedFound } from '../../../drivers/simulated/simulated-models.ts';
import type { SimulatedName } from '../../../drivers/simulated/simulated-models.ts';
import { SimulatedStu } from '../../../drivers/simulated/simulated-stu.ts';
import type { SimulatedOptions } from '../../../drivers/simulated/simulated-stu.ts';
import { stuHostKey } from '../../../drivers/wacom/stu-encryption-v2.ts';
import { openStu } from '../../../drivers/wacom/stu-pad.ts';
import type { OpenStu, StuPorts } from '../../../drivers/wacom/stu-pad.ts';
import { ManualClock } from '../manual-clock.ts';

/** The STU driver on a simulated pad, with all that passes between them written down. */
export interface StuBench extends OpenStu {
  readonly clock: ManualClock;
  readonly simulated: SimulatedStu;
  /** Closed by itself, it is the client that died: the pad was told nothing. */
  readonly transport: HidTransport;
  readonly events: PadEvent[];
  readonly samples: () => readonly PadSample[];
  /** Reports set since the last call, as hex of their first bytes; blocks and bulk pieces are only counted. */
  readonly told: () => readonly string[];
  readonly settle: <T>(work: Promise<T>) => Promise<T>;
}
export interface BenchOptions extends StuPorts {
  readonly simulated?: SimulatedOptions;
  readonly prepare?: (simulated: SimulatedStu) => void;
  readonly bulkToo?: boolean;
  /** The road tells no report descriptor. */
  readonly blind?: boolean;
}

export async function openBench(name: SimulatedName, options: BenchOptions = {}): Promise<StuBench> {
  const { simulated: facts, prepare, bulkToo, blind, ...ports } = options;
  // Found on a thread of its own: a clock that only a test moves must not run on meanwhile.
  await stuHostKey();
  const clock = new ManualClock();
  const simulated = new SimulatedStu(name, clock, facts);
  const told = listen(simulated);
  prepare?.(simulated);
  const bulk = bulkToo === true ? { bulk: () => simulated.bulk() } : {};
  const found = simulatedFound(simulated.facts);
  const transport = simulated.connect();
  if (blind === true) transport.reportDescriptor = () => Promise.resolve(null);
  const open = await clock.settle(openStu(transport, found, { clock, ...bulk, ...ports }));
  const events: PadEvent[] = [];
  open.pad.onEvent((event) => events.push(event));
  const samples = (): readonly PadSample[] =>
    events.flatMap((event) => (event.type === 'samples' ? event.samples : []));
  return { ...open, clock, simulated, transport, events, samples, told, settle: (work) => clock.settle(work) };
}

function listen({ device }: SimulatedStu): () => readonly string[] {
  let heard: string[] = [];
  let counted = '';
  let count = 0;
  const flush = (): void => {
    if (count > 0) heard.push(`${counted} x${count}`);
    count = 0;
  };
  const tally = (what: string): void => {
    if (counted !== what) flush();
    counted = what;
    count += 1;
  };
  const [set, bulk] = [device.set.bind(device), device.bulk.bind(device)];
  device.set = (report) => {
    if (report[0] === 0x26) tally(`block ${report.length}`);
    else {
      flush();
      heard.push(Buffer.from(report.subarray(0, 11)).toString('hex'));
    }
    set(report);
  };
  device.bulk = (bytes) => {
    tally('bulk');
    bulk(bytes);
  };
  return () => {
    flush();
    const out = heard;
    heard = [];
    return out;
  };
}

export const line = (length: number, from = 0): { x: number; y: number; p: number; tip: boolean; t: number }[] =>
  Array.from({ length }, (_, at) => ({ x: 20 + from + at, y: 30, p: 0.5, tip: true, t: at * 5 }));
