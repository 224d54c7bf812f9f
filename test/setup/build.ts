import { execFileSync } from 'node:child_process';
import type { TestProject } from 'vitest/node';

const RUNS_THE_BUILD = new Set(['process', 'stack']);

/** Builds dist/ once, before the projects whose tests run it. */
export default function setup({ vitest }: TestProject): void {
  if (!vitest.projects.some(({ name }) => RUNS_THE_BUILD.has(name))) return;
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: ['ignore', 'inherit', 'inherit'] });
}
