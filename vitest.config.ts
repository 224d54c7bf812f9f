import { defineConfig } from 'vitest/config';
import SlowestFirst from './test/setup/slowest-first.ts';

/** Runs of the built program, of Prometheus and of a browser take seconds, on a busy machine many of them. */
const SLOW = { testTimeout: 180_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    reporters: ['default', './test/setup/summary-reporter.ts'],
    // Builds the program that the tests of `process` and `stack` run.
    globalSetup: ['./test/setup/build.ts'],
    sequence: { sequencer: SlowestFirst },
    // Slow tests wait more than they compute: for scrapes, for rules, for a process to end. Three workers are occupied by
    // test/stack/lives*.test.ts for most of the run; promtool computes there with a low priority.
    maxWorkers: 5,
    projects: [
      {
        extends: true,
        // Unit tests change no global state. Without isolation, a worker loads each module once and not for each file:
        // 17 instead of 39 seconds of CPU time.
        test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 60_000, isolate: false },
      },
      { extends: true, test: { name: 'integration', include: ['test/integration/**/*.test.ts'], testTimeout: 60_000 } },
      { extends: true, test: { name: 'process', include: ['test/process/**/*.test.ts'], ...SLOW } },
      { extends: true, test: { name: 'stack', include: ['test/stack/**/*.test.ts'], ...SLOW } },
      { extends: true, test: { name: 'browser', include: ['test/browser/**/*.test.ts'], ...SLOW } },
    ],
  },
});
