import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { passThrough } from './support/processes.ts';

/**
 * `npm test`: every test, then one closing line. Unit and assembly tests run side by side; the browser tests come
 * after them alone, because they share the two cores with a Chromium, and the hardware lab last, with its machine.
 */
interface Summary {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly success: boolean;
}

const root = join(import.meta.dirname, '..');
const reports = mkdtempSync(join(tmpdir(), 'countersign-test-'));
const filters = process.argv.slice(2);
let passed = 0;
let failed = 0;
let skipped = 0;
for (const config of ['vitest.config.ts', 'test/e2e/vitest.config.ts', 'test/lab/vitest.config.ts']) {
  const report = join(reports, `${config.replaceAll('/', '-')}.json`);
  const code = await passThrough(
    process.execPath,
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--config',
      config,
      '--passWithNoTests',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...filters,
    ],
    { cwd: root },
  );
  const summary = readSummary(report);
  if (summary === null) {
    failed += 1;
    continue;
  }
  passed += summary.numPassedTests;
  failed += summary.numFailedTests;
  skipped += summary.numPendingTests + summary.numTodoTests;
  // A suite that could not even load counts no test of its own, yet it has failed.
  if (code !== 0 && summary.numFailedTests === 0) failed += 1;
}
rmSync(reports, { recursive: true });
if (process.env['CI'] !== undefined && skipped > 0) {
  console.log(`On CI nothing may be skipped: every outside judge has to run. ${skipped} skipped.`);
  failed += 1;
}
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

function readSummary(path: string): Summary | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Summary;
  } catch {
    return null;
  }
}
