import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { median } from './bench.ts';

/** One program's answer about one document: milliseconds are medians of the runs, memory is of its process. */
export interface Measured {
  /** From the document in memory to all bytes of the signed one in memory. */
  readonly job: number;
  /** The same and one sequential write of the signed document, without waiting for the disk. */
  readonly written: number;
  /** The first job of a fresh process. */
  readonly first: number;
  /** Highest resident bytes above those of the idle process with its code loaded. */
  readonly peak: number;
}

export interface Job<T> {
  readonly run: () => Promise<T>;
  /** Pieces of the signed document, in order. */
  readonly pieces: (done: T) => readonly Uint8Array[];
  /** Where the document is written. */
  readonly target: string;
}

/** Runs one job after the other; what a job leaves is let go before the next. */
export async function measure<T>({ run, pieces, target }: Job<T>, runs: number): Promise<Omit<Measured, 'peak'>> {
  const jobs: number[] = [];
  const written: number[] = [];
  for (let i = 0; i < runs; i += 1) {
    const { value, ms } = await timed(run);
    jobs.push(ms);
    written.push(ms + (await timed(() => writeOut(target, pieces(value)))).ms);
  }
  return { job: median(jobs), written: median(written), first: jobs[0] ?? NaN };
}

export function writeOut(file: string, pieces: readonly Uint8Array[]): void {
  const handle = openSync(file, 'w');
  for (const piece of pieces) {
    for (let at = 0; at < piece.length;) at += writeSync(handle, piece, at);
  }
  closeSync(handle);
}

/** Linux hands a parent's maxRSS down to what it starts: the peak of this address space alone is VmHWM. */
export function peakBytes(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024;
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024;
}

export async function timed<T>(action: () => T | Promise<T>): Promise<{ readonly value: T; readonly ms: number }> {
  const start = performance.now();
  const value = await action();
  return { value, ms: performance.now() - start };
}
