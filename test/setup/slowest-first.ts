import type { TestSpecification } from 'vitest/node';
import { BaseSequencer } from 'vitest/node';

/** The files that take longest, on two cores from two minutes down to ten seconds. */
export const SLOWEST: readonly string[] = [
  'test/stack/lives.test.ts',
  'test/stack/lives-dialects.test.ts',
  'test/stack/lives-mutants.test.ts',
  'test/stack/replicas.test.ts',
  'test/stack/scaling.test.ts',
  'test/stack/rules.test.ts',
  'test/stack/end-to-end.test.ts',
  'test/process/bench.test.ts',
  'test/browser/status-page.test.ts',
  'test/stack/demo.test.ts',
  'test/stack/target-labels.test.ts',
  'test/stack/textfile.test.ts',
  'test/browser/status-page-accessibility.test.ts',
  'test/integration/thousand-accounts.test.ts',
  'test/process/faults/unreachable.test.ts',
  'test/process/lifecycle.test.ts',
  'test/stack/dialects.test.ts',
  'test/process/diagnose.test.ts',
  'test/stack/dashboard.test.ts',
  'test/browser/status-page-safety.test.ts',
  'test/process/web-config.test.ts',
  'test/process/faults/responses.test.ts',
  'test/process/package.test.ts',
  'test/process/demo.test.ts',
  'test/process/check.test.ts',
  'test/process/own-network.test.ts',
  'test/process/faults/clock.test.ts',
  'test/integration/connections.test.ts',
];

/** The other files follow, by project. */
const PROJECTS: readonly string[] = ['stack', 'process', 'browser', 'integration', 'unit'];

/**
 * Starts the slowest files first, so that no long file runs alone at the end. By default, vitest runs one project after
 * the other in alphabetical order, and knows durations only from an earlier run on the same machine.
 */
export default class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId, project }: TestSpecification): number => {
      const slowest = SLOWEST.findIndex((file) => moduleId.endsWith(`/${file}`));
      return slowest === -1 ? SLOWEST.length + PROJECTS.indexOf(project.name) : slowest;
    };
    return [...files].sort((a, b) => rank(a) - rank(b));
  }
}
