import { defineConfig } from 'vitest/config';

/** The lab runs alone, after the rest: its machine takes both cores. */
export default defineConfig({
  test: { include: ['test/lab/lab.test.ts'], testTimeout: 60_000 },
});
