import { defineConfig } from 'vitest/config';

/** Tests of the built program, a real Prometheus or a browser take many seconds on a busy machine. */
const SLOW = { testTimeout: 180_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    reporters: ['default', './test/setup/summary-reporter.ts'],
    // The tests run a fresh build.
    globalSetup: ['./test/setup/build.ts'],
    // More workers than cores: slow tests mostly wait for scrapes, rules and processes.
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
