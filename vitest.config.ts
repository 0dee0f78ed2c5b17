import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/build.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 180_000,
    hookTimeout: 120_000,
    teardownTimeout: 10_000,
    // Waiting is on events; the bound only keeps a broken test from hanging.
    expect: { poll: { timeout: 15_000, interval: 10 } },
    reporters: ['default'],
  },
});
