import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createdAtLabel,
  distinctTokens,
  isExpectedTokenPresent,
  isInactive,
  type Token,
} from '../../../src/model/token.ts';
import { similarTokens } from '../support/arbitraries.ts';
import { token } from '../support/builders.ts';

it.each([
  [Date.UTC(2026, 2, 1, 9), '2026-03-01T09:00:00Z'],
  [Date.UTC(2026, 2, 1, 9) + 1, '2026-03-01T09:00:00.001Z'],
  [undefined, ''],
])('createdAtLabel formats %s as %j', (createdAt, label) => {
  expect(createdAtLabel(token({ createdAt }))).toBe(label);
});

it.each(['EXPIRED', 'REVOKED'])('a token with the status %s is inactive', (status) => {
  expect(isInactive(token({ status }))).toBe(true);
});

it.each(['ACTIVE', '', 'SUSPENDED', 'EXPIRING', 'REVOKED ', 'toString'])(
  'a token with the status %j counts as usable',
  (status) => {
    expect(isInactive(token({ status }))).toBe(false);
  },
);

const SOON = Date.UTC(2026, 5, 1);
const LATE = Date.UTC(2028, 5, 1);

describe('distinctTokens', () => {
  it.each([
    ['usable', { status: 'ACTIVE', expiresAt: SOON }, 'expired', { status: 'EXPIRED', expiresAt: LATE }],
    ['usable', { status: 'ACTIVE', expiresAt: SOON }, 'revoked', { status: 'REVOKED', expiresAt: undefined }],
    ['of an unknown status', { status: 'SUSPENDED', expiresAt: SOON }, 'revoked', { status: 'REVOKED' }],
    ['without a status', { status: '', expiresAt: SOON }, 'expired', { status: 'EXPIRED' }],
    ['of unknown expiry', { expiresAt: undefined }, 'of known expiry', { expiresAt: LATE }],
    ['of the later expiry', { expiresAt: LATE }, 'of the earlier one', { expiresAt: SOON }],
    [
      'inactive and of unknown expiry',
      { status: 'EXPIRED', expiresAt: undefined },
      'inactive and of known expiry',
      { status: 'REVOKED', expiresAt: LATE },
    ],
  ])('prefers a token that is %s to one that is %s', (_better, better, _worse, worse) => {
    const [selected, hidden] = [token(better), token(worse)];
    expect(distinctTokens([selected, hidden])).toEqual([selected]);
    expect(distinctTokens([hidden, selected])).toEqual([selected]);
  });

  it.each<[string, Partial<Token>]>([
    ['name', { name: 'other' }],
    ['role', { role: 'ROLE_READ_ONLY' }],
    ['createdAt, by a millisecond', { createdAt: Date.UTC(2026, 2, 1, 9) + 1 }],
    ['createdAt that is unknown', { createdAt: undefined }],
  ])('distinguishes tokens by %s', (_what, difference) => {
    expect(distinctTokens([token(), token(difference)])).toHaveLength(2);
  });

  it.each<[string, Partial<Token>]>([
    ['status', { status: 'REVOKED' }],
    ['expiry', { expiresAt: undefined }],
    ['description', { description: 'other' }],
  ])('does not distinguish tokens by %s', (_what, difference) => {
    expect(distinctTokens([token(), token(difference)])).toHaveLength(1);
  });

  it('distinguishes name and role if they contain quotes', () => {
    expect(distinctTokens([token({ name: 'a","b', role: 'c' }), token({ name: 'a', role: 'b","c' })])).toHaveLength(2);
  });

  it('keeps the order of the first occurrences', () => {
    const list = ['c', 'a', 'c', 'b', 'a'].map((name) => token({ name }));
    expect(distinctTokens(list).map(({ name }) => name)).toEqual(['c', 'a', 'b']);
  });

  it('selects the same tokens for any order of the list', () => {
    const lists = fc.array(similarTokens, { maxLength: 8 });
    const shuffled = lists.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length })),
    );
    const selected = (list: readonly Token[]): string[] => distinctTokens(list).map((member) => JSON.stringify(member));
    fc.assert(
      fc.property(shuffled, ([list, other]) => {
        expect(selected(other).sort()).toEqual(selected(list).sort());
      }),
    );
  });
});

const NOW = Date.UTC(2026, 6, 1);
const EXPECTED = { name: 'caster', role: 'ROLE_READ_WRITE' };

describe('an expected token is present', () => {
  it.each<[string, Partial<Token>]>([
    ['if it is listed, active and not expired', {}],
    ['if its expiry is unknown', { expiresAt: undefined }],
    ['if its status is unknown', { status: 'SUSPENDED' }],
    ['if it has no status', { status: '' }],
    ['until its last millisecond', { expiresAt: NOW + 1 }],
  ])('%s', (_when, difference) => {
    expect(isExpectedTokenPresent(EXPECTED, [token(difference)], NOW)).toBe(true);
  });

  it('if only one of several tokens of its name is usable', () => {
    expect(
      isExpectedTokenPresent(EXPECTED, [token({ status: 'REVOKED' }), token({ expiresAt: NOW - 1 }), token()], NOW),
    ).toBe(true);
  });

  it('in any role if the expectation names none', () => {
    expect(isExpectedTokenPresent({ name: 'caster', role: undefined }, [token({ role: 'ANY' })], NOW)).toBe(true);
  });
});

describe('an expected token is not present', () => {
  it.each<[string, Partial<Token>]>([
    ['after its expiry, even if its status is ACTIVE', { status: 'ACTIVE', expiresAt: NOW - 1 }],
    ['if its status is EXPIRED', { status: 'EXPIRED' }],
    ['if it is revoked', { status: 'REVOKED' }],
    ['if it is revoked and of unknown expiry', { status: 'REVOKED', expiresAt: undefined }],
    ['under another name', { name: 'caster-2' }],
    ['under a name in another case', { name: 'Caster' }],
    ['with another role', { role: 'ROLE_READ_ONLY' }],
    ['with an unreadable role', { role: '' }],
  ])('%s', (_when, difference) => {
    expect(isExpectedTokenPresent(EXPECTED, [token(difference)], NOW)).toBe(false);
  });

  it('in an empty list', () => {
    expect(isExpectedTokenPresent(EXPECTED, [], NOW)).toBe(false);
  });
});
