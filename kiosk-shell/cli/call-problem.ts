import { readFileSync } from 'node:fs';
import { fromCaller } from './caller.ts';

/** Somebody called a command wrongly: said in words, exit 64. */
export class CallProblem extends Error {}
export const EXIT_USAGE = 64;

/** @throws CallProblem naming the file */
export function readInput(path: string, what: string): Uint8Array {
  try {
    return readFileSync(fromCaller(path));
  } catch {
    throw new CallProblem(`The ${what} ${path} cannot be read.`);
  }
}

/** Runs a command that was called with arguments: what was wrong with the call goes to `complaints`. */
export async function answering(run: () => Promise<number>, complaints: NodeJS.WritableStream): Promise<number> {
  try {
    return await run();
  } catch (problem) {
    if (!(problem instanceof CallProblem)) throw problem;
    complaints.write(`${problem.message}\n`);
    return EXIT_USAGE;
  }
}
