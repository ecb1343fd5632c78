import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
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
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[] | null;
    }[];
  }[];
}

const root = join(import.meta.dirname, '..');
const reports = mkdtempSync(join(tmpdir(), 'countersign-test-'));
const filters = process.argv.slice(2);
let passed = 0;
let failed = 0;
let skipped = 0;
// Said once more at the end: a long log is often cut, and its end is what is left.
const failures: string[] = [];
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
    failures.push(`${config}: ended without a report`);
    continue;
  }
  passed += summary.numPassedTests;
  failed += summary.numFailedTests;
  skipped += summary.numPendingTests + summary.numTodoTests;
  failures.push(...failuresOf(summary));
  // A suite that could not even load counts no test of its own, yet it has failed.
  if (code !== 0 && summary.numFailedTests === 0) {
    failed += 1;
    failures.push(`${config}: ended with code ${code}, though no test of it failed`);
  }
}
rmSync(reports, { recursive: true });
if (process.env['CI'] !== undefined && skipped > 0) {
  console.log(`On CI nothing may be skipped: every outside judge has to run. ${skipped} skipped.`);
  failed += 1;
}
for (const failure of failures) console.log(`failed: ${failure}`);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

function readSummary(path: string): Summary | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Summary;
  } catch {
    return null;
  }
}

function failuresOf(summary: Summary): string[] {
  return summary.testResults.flatMap((file) =>
    file.assertionResults
      .filter((test) => test.status === 'failed')
      .map((test) => {
        const why = (test.failureMessages ?? []).join('\n').split('\n').slice(0, 3).join(' | ');
        return `${relative(root, file.name)}: ${test.fullName}: ${why}`;
      }),
  );
}
