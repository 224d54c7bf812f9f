import { expect, it } from 'vitest';
import { describeProblems } from '../../../src/config/problem.ts';

it('every problem has a line of its own, with its place first', () => {
  const problems = [
    { where: '--api.timeout', what: '"10" is not accepted' },
    { where: 'accounts.yml:3', what: 'name is missing' },
  ];
  const [first, ...lines] = describeProblems(problems).split('\n');
  expect(first).toContain('2 problems');
  expect(lines).toEqual(['  --api.timeout: "10" is not accepted', '  accounts.yml:3: name is missing']);
});

it('one problem is one', () => {
  expect(describeProblems([{ where: 'a', what: 'b' }])).toMatch(/\b1 problem\b/);
});
