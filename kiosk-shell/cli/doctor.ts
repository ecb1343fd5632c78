import { join } from 'node:path';
import { readConfig, readLaunchConfig } from '../config.ts';
import { examine } from '../doctor.ts';
import { realPads } from '../doctor-pads.ts';
import { heldBy } from './data-folder.ts';
import { offerInkTest, runInkTest } from './doctor-ink.ts';

/**
 * `npm run doctor [-- --json | --ink-test [pad]]`: the self-test before opening. Exit 1 only for what keeps the counter
 * closed, and for an ink test that was asked for and cannot be made.
 */
const root = join(import.meta.dirname, '..', '..');
const launch = readLaunchConfig(process.env, root);
const config = readConfig(process.env, root);
if (!launch.ok || !config.ok) {
  const problems = [launch, config].flatMap((read) => (read.ok ? [] : read.error));
  for (const { name, problem } of problems) console.error(`${name} ${problem}.`);
  process.exit(64);
}
const args = process.argv.slice(2);
const inkTest = args.indexOf('--ink-test');
const kiosk = heldBy(launch.value.dataDir);
const pads = realPads(config.value.serialPads, config.value);
if (inkTest >= 0 && !args.includes('--json')) {
  process.exit((await runInkTest(pads, kiosk, args[inkTest + 1] ?? null)) ? 0 : 1);
}
const findings = await examine({
  root,
  dataDir: launch.value.dataDir,
  cloudUrl: process.env['COUNTERSIGN_CLOUD_URL'] ?? `http://127.0.0.1:${launch.value.cloudPort}`,
  now: Date.now(),
  path: process.env['PATH'] ?? '',
  pads,
  kiosk,
});
const closed = findings.some(({ outcome }) => outcome === 'stop');
if (args.includes('--json')) {
  console.log(JSON.stringify({ open: !closed, findings }));
} else {
  const marks = { ok: '✓', look: '△', stop: '✗' } as const;
  for (const { name, outcome, sentence } of findings) console.log(`${marks[outcome]} ${name.padEnd(20)} ${sentence}`);
  console.log(closed ? '\nThe counter stays closed until what is marked ✗ is mended.' : '\nThe counter can open.');
  if (process.stdin.isTTY && process.stdout.isTTY) await offerInkTest(pads, kiosk);
}
process.exit(closed ? 1 : 0);
