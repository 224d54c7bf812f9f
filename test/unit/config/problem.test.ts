import { expect, it } from 'vitest';
import { formatProblems } from '../../../src/config/problem.ts';

it('every problem has a line of its own, with its place first', () => {
  const problems = [
    { location: '--api.timeout', message: '"10" is not accepted' },
    { location: 'accounts.yml:3', message: 'name is missing' },
  ];
  const [first, ...lines] = formatProblems(problems).split('\n');
  expect(first).toContain('2 problems');
  expect(lines).toEqual(['  --api.timeout: "10" is not accepted', '  accounts.yml:3: name is missing']);
});

it('one problem is one', () => {
  expect(formatProblems([{ location: 'a', message: 'b' }])).toMatch(/\b1 problem\b/);
});
