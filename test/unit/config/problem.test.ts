import { expect, it } from 'vitest';
import { formatProblems } from '../../../src/config/problem.ts';

it('each problem is on a separate line that begins with its location', () => {
  const problems = [
    { location: '--api.timeout', message: 'invalid value "10"' },
    { location: 'accounts.yml:3', message: 'name is missing' },
  ];
  const [first, ...lines] = formatProblems(problems).split('\n');
  expect(first).toContain('2 problems');
  expect(lines).toEqual(['  --api.timeout: invalid value "10"', '  accounts.yml:3: name is missing']);
});

it('the heading uses the singular for one problem', () => {
  expect(formatProblems([{ location: 'a', message: 'b' }])).toMatch(/\b1 problem\b/);
});
