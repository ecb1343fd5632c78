import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { fromCaller, onEnd } from './caller.ts';
import {
  assertUsableInk,
  DemoProblem,
  filesOf,
  isExpected,
  openDemoCounter,
  type DemoCounter,
} from './demo-counter.ts';
import { startProgress } from './progress.ts';
import { StartProblem } from './servers.ts';
import type { InkFile } from './walk-ceremony.ts';

/**
 * `npm run demo -- --pdf F --ink F [--ink F …] --out DIR`: the main job without a screen, through the real HTTP
 * surface of a kiosk and a cloud started for it on free ports, in a data folder that is removed afterwards.
 *
 * Ends with 0 when everything was written, 2 when the document or the ink cannot be used (with a sentence), 64 when it
 * was called wrongly, 70 when Countersign itself is at fault.
 */
const USAGE = 'Usage: npm run demo -- --pdf FILE --ink FILE [--ink FILE ...] --out FOLDER [--json]';

interface Arguments {
  readonly pdf: string;
  readonly ink: readonly string[];
  readonly out: string;
  readonly json: boolean;
}

function readArguments(): Arguments {
  try {
    const { values } = parseArgs({
      options: {
        pdf: { type: 'string' },
        ink: { type: 'string', multiple: true },
        out: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
    if (values.pdf !== undefined && values.ink !== undefined && values.out !== undefined) {
      const { pdf, ink, out, json } = values;
      return { pdf: fromCaller(pdf), ink: ink.map(fromCaller), out: fromCaller(out), json };
    }
  } catch (problem) {
    console.error(problem instanceof Error ? problem.message : 'Unreadable arguments');
  }
  console.error(USAGE);
  process.exit(64);
}

function readInput(path: string, what: string): InkFile {
  try {
    return { name: basename(path), bytes: readFileSync(path) };
  } catch (problem) {
    throw new DemoProblem(`The ${what} ${path} cannot be read${reasonOf(problem)}.`);
  }
}

/** Before anything is started: what was signed has to go somewhere. */
function makeFolder(out: string): void {
  try {
    mkdirSync(out, { recursive: true });
  } catch (problem) {
    throw new DemoProblem(`The folder ${out} cannot be made${reasonOf(problem)}.`);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: ': it is not there',
  EISDIR: ': it is a folder',
  EACCES: ': this account may not',
  EEXIST: ': there is a file of that name',
  ENOTDIR: ': there is a file where a folder should be',
  ENOSPC: ': the disk is full',
  EROFS: ': the disk is read-only',
};

function reasonOf(problem: unknown): string {
  const code = problem instanceof Error && 'code' in problem ? String(problem.code) : '';
  return REASONS[code] ?? '';
}

function write(out: string, files: ReturnType<typeof filesOf>): void {
  for (const [name, content] of files) {
    try {
      writeFileSync(join(out, name), content, { mode: name.endsWith('.key.pem') ? 0o600 : 0o644 });
    } catch (problem) {
      throw new DemoProblem(`${join(out, name)} cannot be written${reasonOf(problem)}.`);
    }
  }
}

/** Progress for people goes to standard error: with --json standard output is the one document. */
const progress = startProgress(process.stderr);

async function main(args: Arguments): Promise<void> {
  const input = { pdf: readInput(args.pdf, 'PDF'), inks: args.ink.map((path) => readInput(path, 'ink file')) };
  assertUsableInk(input.inks);
  makeFolder(args.out);
  let counter: DemoCounter | null = null;
  let ending = false;
  onEnd(async () => {
    ending = true;
    await counter?.close();
  });
  progress.step('Making a demo tenant and starting kiosk and cloud');
  counter = await openDemoCounter({
    root: join(import.meta.dirname, '..', '..'),
    onLine: (name, line) => {
      if (!ending && /error/i.test(line)) progress.line(`[${name}] ${line}`);
    },
  });
  try {
    const files = filesOf(await counter.sign(input, (what) => progress.step(what)));
    write(args.out, files);
    progress.done();
    const names = files.map(([name]) => name);
    if (args.json) console.log(JSON.stringify({ out: args.out, files: names }));
    else console.log(`Signed, sealed, delivered. ${args.out} holds ${names.join(', ')}.`);
  } finally {
    await counter.close();
  }
}

try {
  await main(readArguments());
} catch (problem) {
  progress.done();
  const expected = isExpected(problem) || problem instanceof StartProblem;
  const words = problem instanceof Error ? problem.message : 'unknown';
  console.error(expected ? words : `Something is wrong with Countersign itself: ${words}`);
  process.exit(expected ? 2 : 70);
}
