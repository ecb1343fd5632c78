import type { BenchResult } from './bench.ts';

/** `npm run bench -- [NAME] [--json]`: numbers and ratios from one run on this machine, never pass or fail. */
const benches: Readonly<Record<string, () => Promise<BenchResult>>> = {
  seal: async () => (await import('./seal.ts')).benchSeal(),
  pen: async () => (await import('./pen.ts')).benchPen(),
  loop: async () => (await import('./loop.ts')).benchLoop(),
  sync: async () => (await import('./sync.ts')).benchSync(),
  ingest: async () => (await import('./ingest.ts')).benchIngest(),
  fleet: async () => (await import('./fleet.ts')).benchFleet(),
  start: async () => (await import('./start.ts')).benchStart(),
  years: async () => (await import('./years.ts')).benchYears(),
};

// Killed with the command that called it, it must not go on measuring for nobody.
if (process.connected) process.once('disconnect', () => process.exit(1));

const args = process.argv.slice(2);
const json = args.includes('--json');
const [wanted] = args.filter((arg) => !arg.startsWith('--'));
if (wanted !== undefined && benches[wanted] === undefined) {
  console.error(`No bench '${wanted}'. There are: ${Object.keys(benches).join(', ')}.`);
  process.exit(64);
}
const results: BenchResult[] = [];
for (const [name, bench] of Object.entries(benches)) {
  if (wanted !== undefined && wanted !== name) continue;
  if (!json) console.log(`\n== ${name}`);
  const result = await bench();
  results.push(result);
  if (json) continue;
  console.table(result.rows);
  for (const note of result.notes) console.log(note);
}
if (json) console.log(JSON.stringify(results));
process.exit(0);
