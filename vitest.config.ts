import { defineConfig } from 'vitest/config';

/** Runs of the built program, of real Prometheus and of a browser take seconds, on a busy machine many of them. */
const SLOW = { testTimeout: 180_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    reporters: ['default', './test/setup/summary-reporter.ts'],
    // What runs, runs what was just built.
    globalSetup: ['./test/setup/build.ts'],
    // The slow ones wait more than they compute: for scrapes, for rules, for a process to end.
    maxWorkers: 3,
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 30_000 } },
      { extends: true, test: { name: 'integration', include: ['test/integration/**/*.test.ts'], testTimeout: 30_000 } },
      { extends: true, test: { name: 'process', include: ['test/process/**/*.test.ts'], ...SLOW } },
      { extends: true, test: { name: 'stack', include: ['test/stack/**/*.test.ts'], ...SLOW } },
      { extends: true, test: { name: 'browser', include: ['test/browser/**/*.test.ts'], ...SLOW } },
    ],
  },
});
