/** The pen path on a genuine USB stack, in the lab's guest: our whole path beside a bare read loop on the same device. */
import { LabMissing } from '../lab/guest/packages.ts';
import { runInGuest } from '../lab/run-in-guest.ts';
import type { BenchResult } from './bench.ts';

const limitMs = 15 * 60_000;
/** What comes after it on a line is a `LabFigures`. */
export const figuresMark = 'pen-lab: ';

export interface LabFigures {
  readonly rows: BenchResult['rows'];
  readonly notes: readonly string[];
}

export async function benchPenInLab(): Promise<LabFigures> {
  try {
    const end = await runInGuest({
      command: 'node test/bench/pen-lab-guest.ts',
      limitMs,
      say: (text) => void process.stderr.write(`${text}\n`),
    });
    const line = end.output.split('\n').find((one) => one.startsWith(figuresMark));
    if (line !== undefined) return JSON.parse(line.slice(figuresMark.length)) as LabFigures;
    return { rows: [], notes: [`In the lab: the guest told no figures.\n${end.output.slice(-1000)}`] };
  } catch (error) {
    if (!(error instanceof LabMissing)) throw error;
    return { rows: [], notes: [`In the lab: skipped, ${error.message}`] };
  }
}
