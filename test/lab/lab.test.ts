import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DrillResult } from './drill.ts';
import { drillFiles } from './drill-files.ts';
import { LabMissing } from './guest/packages.ts';
import { KEPT_FOLDER, runDrills } from './run-in-guest.ts';

/**
 * The whole lab in one boot: each drill is a test of its own here, judged by what the guest told of it. A drill that
 * the guest told nothing of has failed.
 */
const LAB_LIMIT_MS = 30 * 60_000;
const files = await drillFiles();

let missing = '';
let running: Promise<unknown> = Promise.resolve();
const waiting = new Map<string, (result: DrillResult) => void>();
const results = new Map<string, Promise<DrillResult>>();
for (const { drills } of files)
  for (const { name } of drills) results.set(name, new Promise((resolve) => waiting.set(name, resolve)));

beforeAll(async () => {
  const wanted = files.filter(({ drills }) => drills.length > 0).map(({ file }) => file);
  const onResult = (result: DrillResult): void => waiting.get(result.name)?.(result);
  const ended = runDrills(wanted, { limitMs: LAB_LIMIT_MS, onResult }).then(
    (end) => end.console + end.output,
    (error: unknown) => {
      if (!(error instanceof LabMissing) || process.env['CI'] !== undefined) return String(error);
      missing = error.message;
      return missing;
    },
  );
  running = ended;
  // What the guest has not told by the time it is off, it will not tell any more.
  void ended.then((said) => {
    for (const { file, drills } of files) {
      for (const { name } of drills)
        waiting.get(name)?.({
          file,
          name,
          ok: false,
          problem: `the guest told nothing of it (${KEPT_FOLDER}):\n${said.slice(-2000)}`,
          facts: [],
          millis: 0,
        });
    }
  });
  // A machine without a lab says so at once; a guest that boots is waited for drill by drill.
  await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 1))]);
}, LAB_LIMIT_MS);
afterAll(async () => {
  await running;
}, LAB_LIMIT_MS);

for (const { file, drills, problem } of files) {
  describe(file, () => {
    it('loads, and holds drills', () => {
      expect(problem).toBe('');
      expect(drills).not.toEqual([]);
    });
    for (const { name } of drills) {
      it(
        name,
        async (ctx) => {
          const result = await results.get(name);
          if (missing !== '') ctx.skip(`skipped: ${missing}`);
          for (const fact of result?.facts ?? []) await ctx.annotate(fact);
          expect(result?.problem).toBe('');
        },
        LAB_LIMIT_MS,
      );
    }
  });
}
