import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**', 'test/lab/lab.test.ts'],
    setupFiles: ['test/support/seeded.ts'],
    testTimeout: 60_000,
    // Hooks make tenants with real keys: how long primes take is chance.
    hookTimeout: 300_000,
    // Two cores: more workers only wait for each other.
    maxWorkers: 2,
  },
});
