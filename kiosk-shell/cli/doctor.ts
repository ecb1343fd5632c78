import { join } from 'node:path';
import { readLaunchConfig } from '../config.ts';
import { examine } from '../doctor.ts';

/** `npm run doctor [-- --json]`: the self-test before opening. Exit 1 only for what keeps the counter closed. */
const root = join(import.meta.dirname, '..', '..');
const launch = readLaunchConfig(process.env, root);
if (!launch.ok) {
  for (const { name, problem } of launch.error) console.error(`${name} ${problem}.`);
  process.exit(64);
}
const findings = await examine({
  root,
  dataDir: launch.value.dataDir,
  cloudUrl: process.env['COUNTERSIGN_CLOUD_URL'] ?? `http://127.0.0.1:${launch.value.cloudPort}`,
  now: Date.now(),
  path: process.env['PATH'] ?? '',
});
const closed = findings.some(({ outcome }) => outcome === 'stop');
if (process.argv.includes('--json')) {
  console.log(JSON.stringify({ open: !closed, findings }));
} else {
  const marks = { ok: '✓', look: '△', stop: '✗' } as const;
  for (const { name, outcome, sentence } of findings) console.log(`${marks[outcome]} ${name.padEnd(20)} ${sentence}`);
  console.log(closed ? '\nThe counter stays closed until what is marked ✗ is mended.' : '\nThe counter can open.');
}
process.exit(closed ? 1 : 0);
