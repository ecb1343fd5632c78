import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
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
  readonly testResults: readonly TestFile[];
}
interface TestFile {
  readonly name: string;
  readonly assertionResults: readonly {
    readonly fullName: string;
    readonly status: string;
    readonly failureMessages: readonly string[] | null;
  }[];
}

const root = join(import.meta.dirname, '..');
const reports = mkdtempSync(join(tmpdir(), 'countersign-test-'));
const filters = process.argv.slice(2);
let passed = 0;
let failed = 0;
let skipped = 0;
// Said once more at the end: a long log is often cut, and its end is what is left.
const told: string[] = [];
for (const config of ['vitest.config.ts', 'test/e2e/vitest.config.ts', 'test/lab/vitest.config.ts']) {
  const crashed = await stage(config, filters, true);
  if (crashed.length > 0) await stage(config, crashed, false);
}
rmSync(reports, { recursive: true });
if (process.env['CI'] !== undefined && skipped > 0) {
  told.push(`On CI nothing may be skipped: every outside judge has to run. ${skipped} skipped.`);
  failed += 1;
}
for (const line of told) console.log(line);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

/** Runs the tests of one configuration. Resolves to the files to be run once more. */
async function stage(config: string, only: readonly string[], mayRepeat: boolean): Promise<readonly string[]> {
  const report = join(reports, `${config.replaceAll('/', '-')}.${only.length}.json`);
  let complaints = '';
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
      ...only,
    ],
    { cwd: root, onComplaint: (text) => (complaints += text) },
  );
  const summary = readSummary(report);
  if (summary === null) {
    failed += 1;
    told.push(`failed: ${config}: ended without a report`);
    return [];
  }
  passed += summary.numPassedTests;
  failed += summary.numFailedTests;
  skipped += summary.numPendingTests + summary.numTodoTests;
  told.push(...failuresOf(summary));
  if (code === 0 || summary.numFailedTests > 0) return [];
  const crashed = mayRepeat ? endedByV8(complaints) : [];
  for (const name of crashed) told.push(`run twice: ${relative(root, name)}: V8 ended its process the first time`);
  if (crashed.length > 0) return crashed;
  // A suite that could not even load counts no test of its own, yet it has failed.
  failed += 1;
  told.push(`failed: ${config}: ended with code ${code}, though no test of it failed`);
  return [];
}

/**
 * Test files whose process V8 ended by a check of its own: it now and then does so in Node 22 to 26 where threads come and go
 * ('Check failed: jit_page.has_value()', nodejs/node#64500). That says nothing of the tests, unless it comes again. A
 * process that ends otherwise, as of a fault in a native package, has failed.
 */
function endedByV8(complaints: string): readonly string[] {
  if (!complaints.includes('Check failed: jit_page')) return [];
  const said = /exited unexpectedly with signal SIGTRAP .*? while running test file (\S+)/g;
  return [...stripVTControlCharacters(complaints).matchAll(said)].map(([, file = '']) => file);
}

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
        return `failed: ${relative(root, file.name)}: ${test.fullName}: ${why}`;
      }),
  );
}
