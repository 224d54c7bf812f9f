import type { Reporter, TestCase, TestModule } from 'vitest/node';

/** The projects that need more than Node. Their tests can be skipped. */
const NEEDY = ['process', 'stack', 'browser'];

/** Prints the skipped tests with their reasons, and a final line with the counts, at the end of the run. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    for (const project of NEEDY) {
      const tests = testsOf(modules.filter((module) => module.project.name === project));
      const skipped = tests.filter((test) => test.result().state === 'skipped');
      if (skipped.length === 0) continue;
      const reasons = new Set(skipped.map((test) => noteOf(test)));
      console.log(
        `${project}: ${tests.length - skipped.length} of ${tests.length} ran, because ${[...reasons].join('; ')}`,
      );
    }
    const states = testsOf(modules).map((test) => test.result().state);
    const count = (state: string): number => states.filter((one) => one === state).length;
    // A file that cannot be loaded has no tests, so it counts as one failure.
    const broken = modules.filter((module) => module.state() === 'failed' && testsOf([module]).length === 0).length;
    console.log(`tests: ${count('passed')} passed, ${count('failed') + broken} failed, ${count('skipped')} skipped`);
  }
}

function testsOf(modules: readonly TestModule[]): TestCase[] {
  return modules.flatMap((module) => [...module.children.allTests()]);
}

function noteOf(test: TestCase): string {
  const result = test.result();
  return (result.state === 'skipped' && result.note) || 'they are marked to be skipped';
}
