import { join } from 'node:path';
import { passThrough } from './support/processes.ts';

/** `npm run validate`: format, lint with boundaries, types, then every test. Stops at the first that fails. */
const root = join(import.meta.dirname, '..');
const steps: readonly (readonly [string, readonly string[]])[] = [
  ['Format', ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.']],
  ['Lint and boundaries', ['node_modules/eslint/bin/eslint.js', '--max-warnings', '0', '.']],
  ['Types', ['node_modules/typescript/bin/tsc', '--noEmit', '-p', '.']],
  ['Tests', ['test/run.ts']],
];
for (const [what, args] of steps) {
  console.log(`\n== ${what}`);
  const code = await passThrough(process.execPath, args, { cwd: root });
  if (code !== 0) {
    console.log(`${what}: not clean.`);
    process.exit(1);
  }
}
