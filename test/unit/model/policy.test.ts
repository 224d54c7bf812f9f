import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../../../src/model/instant.ts';
import { coversPattern, createPolicy, DEFAULT_POLICY, type TokenNameGroup } from '../../../src/model/policy.ts';
import { DEFAULT_THRESHOLDS } from '../../../src/model/urgency.ts';

function policyOf(...tokenNames: TokenNameGroup[]) {
  return createPolicy({ tokenNames, thresholds: DEFAULT_THRESHOLDS, names: [] });
}

/** Reports whether a pattern matches a name. */
function matches(pattern: string, name: string): boolean {
  return policyOf({ name: 'THE GROUP', match: [pattern] }).groupName(name) === 'THE GROUP';
}

describe('the group of a name', () => {
  it('is the name itself by default', () => {
    for (const name of ['caster', '', '*', 'constructor', '__proto__'])
      expect(DEFAULT_POLICY.groupName(name)).toBe(name);
  });

  it('is the first one with a pattern that matches', () => {
    const { groupName } = policyOf(
      { name: 'ingest', match: ['caster-ingest', 'caster-ingest-*'] },
      { name: 'caster', match: ['caster-*'] },
    );
    const groups = ['caster-ingest', 'caster-ingest-2', 'caster-output', 'caster', 'rover'].map(groupName);
    expect(groups).toEqual(['ingest', 'ingest', 'caster', 'caster', 'rover']);
  });

  it('does not depend on the names before it, also with more names than the cache holds', () => {
    const { groupName } = policyOf({ name: 'even', match: ['*0', '*2', '*4', '*6', '*8'] });
    const long = 'x'.repeat(300);
    for (let round = 0; round < 2; round += 1) {
      for (let number = 0; number < 10_050; number += 1) {
        expect(groupName(`${number}`)).toBe(number % 2 === 0 ? 'even' : `${number}`);
      }
      expect([`${long}0`, `${long}1`].map(groupName)).toEqual(['even', `${long}1`]);
    }
  });
});

describe('a pattern that covers another one', () => {
  it.each([
    ['*', '', true],
    ['*', 'a-*?', true],
    ['a-*?', 'a-*?', true],
    ['a-*', 'a-b*', true],
    ['a-?', 'a-b', true],
    ['a-?', 'a-*', false],
    ['a-b', 'a-?', false],
    ['a-b*', 'a-*', false],
  ])('%s, %s: %s', (pattern, other, expected) => {
    expect(coversPattern(pattern, other)).toBe(expected);
  });

  it('matches every name that the other matches', () => {
    const texts = (...characters: string[]) =>
      fc.array(fc.constantFrom(...characters), { maxLength: 5 }).map((parts) => parts.join(''));
    const patterns = texts('a', 'b', '😀', '*', '?');
    fc.assert(
      fc.property(patterns, patterns, texts('a', 'b', '😀', '*', '?'), (pattern, other, name) => {
        fc.pre(coversPattern(pattern, other) && matches(other, name));
        expect(matches(pattern, name)).toBe(true);
      }),
    );
  });
});

describe('a pattern', () => {
  it.each([
    ['caster', 'caster', true],
    ['caster', 'caster-2', false],
    ['caster', 'my-caster', false],
    ['caster', 'Caster', false],
    ['caster-?', 'caster-2', true],
    ['caster-?', 'caster-22', false],
    ['caster-?', 'caster-', false],
    ['?', '😀', true],
    ['??', '😀', false],
    ['*??', '😀', false],
    ['*', '', true],
    ['*', 'anything\nat all', true],
    ['**', 'a', true],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['*-2026', 'caster-2026', true],
    ['*-2026', 'caster-2026-2', false],
    ['*ab', 'aab', true],
    // No other character is special.
    ['a.c', 'abc', false],
    ['[ab]', 'a', false],
    ['[ab]', '[ab]', true],
    ['\\*', '\\anything', true],
    ['{a,b}', 'a', false],
  ])('%j matches %j: %s', (pattern, name, expected) => {
    expect(matches(pattern, name)).toBe(expected);
  });

  it('matches the names that a regular expression matches', () => {
    const characters = fc.constantFrom('a', 'b', '😀', '\n');
    const patterns = fc.string({ unit: fc.oneof(characters, fc.constantFrom('*', '?')), maxLength: 8 });
    fc.assert(
      fc.property(patterns, fc.string({ unit: characters, maxLength: 8 }), (pattern, name) => {
        const expression = pattern.replaceAll('*', '.*').replaceAll('?', '.');
        expect(matches(pattern, name)).toBe(new RegExp(`^(?:${expression})$`, 'su').test(name));
      }),
      { numRuns: 5000 },
    );
  });

  it('is compared in linear time, which a regular expression is not', () => {
    // Backtracking over every star would take longer than the age of the universe.
    expect(matches(`${'*a'.repeat(30)}b`, 'a'.repeat(100_000))).toBe(false);
  });
});

describe('the thresholds of a group', () => {
  const thresholds = { ...DEFAULT_THRESHOLDS, warning: { leftMs: 30 * DAY_MS, lifetimeShare: 0.5 } };
  const own = { ...DEFAULT_THRESHOLDS, warning: { leftMs: 60 * DAY_MS, lifetimeShare: 1 } };
  const policy = createPolicy({ tokenNames: [], thresholds, names: [{ name: 'caster', thresholds: own }] });

  it('are those of its name, or those of the account', () => {
    expect(policy.thresholds('caster')).toBe(own);
    for (const name of ['rover', '', 'constructor']) expect(policy.thresholds(name)).toBe(thresholds);
    expect(DEFAULT_POLICY.thresholds('caster')).toEqual(DEFAULT_THRESHOLDS);
  });
});
