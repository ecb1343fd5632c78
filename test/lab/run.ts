/**
 * `npm run lab`: every drill, as a table. `-- --only WORDS` picks drills by name; `-- --shell "COMMAND"` runs a command
 * of one's own as root in the guest and prints what it said.
 */
import { parseArgs } from 'node:util';
import { drillFiles } from './drill-files.ts';
import type { DrillResult } from './drill.ts';
import { LabMissing } from './guest/packages.ts';
import { KEPT_FOLDER, runDrills, runInGuest } from './run-in-guest.ts';

const LIMIT_MS = 30 * 60_000;
const { values } = parseArgs({ options: { only: { type: 'string' }, shell: { type: 'string' } } });
// Leaving by 'exit' takes machine and files along.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
const say = (text: string): void => void process.stderr.write(`${text}\n`);
try {
  process.exitCode = values.shell === undefined ? await drill(values.only) : await shell(values.shell);
} catch (error) {
  if (!(error instanceof LabMissing)) throw error;
  say(`skipped: ${error.message}`);
  process.exitCode = 2;
}

async function shell(command: string): Promise<number> {
  const end = await runInGuest({ command, limitMs: LIMIT_MS, say });
  process.stdout.write(end.output);
  if (end.exitCode === null) say(end.console);
  return end.exitCode ?? 1;
}

async function drill(only: string | undefined): Promise<number> {
  const files = await drillFiles();
  const broken = files.filter(({ problem }) => problem !== '');
  for (const { file, problem } of broken) print(`FAILED           ${file}: ${problem}`);
  const wanted = files.flatMap(({ file, drills }) => {
    const names = drills.map(({ name }) => name).filter((name) => only === undefined || name.includes(only));
    return names.length === 0 ? [] : [{ file, names }];
  });
  const told: DrillResult[] = [];
  const end = await runDrills(
    wanted.map(({ file }) => file),
    {
      limitMs: LIMIT_MS,
      say,
      ...(only === undefined ? {} : { only }),
      onResult: (result) => {
        told.push(result);
        printResult(result);
      },
    },
  );
  const silent = wanted.flatMap(({ names }) => names).filter((name) => !told.some((result) => result.name === name));
  for (const name of silent) print(`?       ${name}: the guest told nothing of it`);
  const silentOrFailed = told.filter(({ ok }) => !ok).length + silent.length;
  const failed = silentOrFailed + broken.length;
  if (failed > 0) {
    print(end.output);
    print(`Console and files of the guest are in ${KEPT_FOLDER}.`);
  }
  print(`${told.length + silent.length - silentOrFailed} drills held, ${failed} did not`);
  return failed === 0 && end.exitCode === 0 ? 0 : 1;
}

function printResult({ ok, name, problem, facts, millis }: DrillResult): void {
  print(`${ok ? 'holds ' : 'FAILED'} ${(millis / 1000).toFixed(1).padStart(6)} s  ${name}`);
  for (const line of [...facts, ...problem.split('\n').filter(Boolean)]) print(`${' '.repeat(18)}${line}`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
