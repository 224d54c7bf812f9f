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
])('createdAt %s gives the label created_at %j', (createdAt, label) => {
  expect(createdAtLabel(token({ createdAt }))).toBe(label);
});

it.each(['EXPIRED', 'REVOKED'])('a token of the status %s is dead', (status) => {
  expect(isInactive(status)).toBe(true);
});

it.each(['ACTIVE', '', 'SUSPENDED', 'expired', 'REVOKED ', 'toString'])(
  'a token of the status %j counts as usable: no alert depends on a guess',
  (status) => {
    expect(isInactive(status)).toBe(false);
  },
);

const SOON = Date.UTC(2026, 5, 1);
const LATE = Date.UTC(2028, 5, 1);

describe('distinctTokens', () => {
  it.each([
    ['usable', { status: 'ACTIVE', expiresAt: SOON }, 'expired', { status: 'EXPIRED', expiresAt: LATE }],
    ['usable', { status: 'ACTIVE', expiresAt: SOON }, 'revoked', { status: 'REVOKED', expiresAt: undefined }],
    ['of an unknown status', { status: 'SUSPENDED', expiresAt: SOON }, 'revoked', { status: 'REVOKED' }],
    ['of no status', { status: '', expiresAt: SOON }, 'expired', { status: 'EXPIRED' }],
    ['of unknown expiry', { expiresAt: undefined }, 'of known expiry', { expiresAt: LATE }],
    ['of the later expiry', { expiresAt: LATE }, 'of the earlier one', { expiresAt: SOON }],
    [
      'dead and of unknown expiry',
      { status: 'EXPIRED', expiresAt: undefined },
      'dead and of a known one',
      { status: 'REVOKED', expiresAt: LATE },
    ],
  ])('shows the token that is %s before one that is %s', (_better, better, _worse, worse) => {
    const [shown, hidden] = [token(better), token(worse)];
    expect(distinctTokens([shown, hidden])).toEqual([shown]);
    expect(distinctTokens([hidden, shown])).toEqual([shown]);
  });

  it.each<[string, Partial<Token>]>([
    ['name', { name: 'other' }],
    ['role', { role: 'ROLE_READ_ONLY' }],
    ['createdAt, by a millisecond', { createdAt: Date.UTC(2026, 2, 1, 9) + 1 }],
    ['createdAt that is unknown', { createdAt: undefined }],
  ])('tells tokens apart by %s', (_what, difference) => {
    expect(distinctTokens([token(), token(difference)])).toHaveLength(2);
  });

  it.each<[string, Partial<Token>]>([
    ['status', { status: 'REVOKED' }],
    ['expiry', { expiresAt: undefined }],
    ['description', { description: 'other' }],
  ])('does not tell tokens apart by %s', (_what, difference) => {
    expect(distinctTokens([token(), token(difference)])).toHaveLength(1);
  });

  it('keeps parts apart whatever they hold', () => {
    expect(distinctTokens([token({ name: 'a","b', role: 'c' }), token({ name: 'a', role: 'b","c' })])).toHaveLength(2);
  });

  it('keeps the order of first mention', () => {
    const list = ['c', 'a', 'c', 'b', 'a'].map((name) => token({ name }));
    expect(distinctTokens(list).map(({ name }) => name)).toEqual(['c', 'a', 'b']);
  });

  it('shows the same tokens in whatever order the API lists them', () => {
    const lists = fc.array(similarTokens, { maxLength: 8 });
    const shuffled = lists.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length })),
    );
    const shown = (list: readonly Token[]): string[] => distinctTokens(list).map((one) => JSON.stringify(one));
    fc.assert(
      fc.property(shuffled, ([list, other]) => {
        expect(shown(other).sort()).toEqual(shown(list).sort());
      }),
    );
  });
});

const NOW = Date.UTC(2026, 6, 1);
const EXPECTED = { name: 'caster', role: 'ROLE_READ_WRITE' };

describe('an expected token is present', () => {
  it.each<[string, Partial<Token>]>([
    ['when it is listed, active and not expired', {}],
    ['when its expiry is unknown', { expiresAt: undefined }],
    ['when its status is one nobody knows', { status: 'SUSPENDED' }],
    ['when it has no status', { status: '' }],
    ['until its last millisecond', { expiresAt: NOW + 1 }],
  ])('%s', (_when, difference) => {
    expect(isExpectedTokenPresent(EXPECTED, [token(difference)], NOW)).toBe(true);
  });

  it('when only one of several of its name is usable', () => {
    expect(
      isExpectedTokenPresent(EXPECTED, [token({ status: 'REVOKED' }), token({ expiresAt: NOW - 1 }), token()], NOW),
    ).toBe(true);
  });

  it('in whatever role when none is asked for', () => {
    expect(isExpectedTokenPresent({ name: 'caster', role: undefined }, [token({ role: 'ANY' })], NOW)).toBe(true);
  });
});

describe('an expected token is not present', () => {
  it.each<[string, Partial<Token>]>([
    ['past its expiry, whatever its status says', { status: 'ACTIVE', expiresAt: NOW - 1 }],
    ['expired by its status', { status: 'EXPIRED' }],
    ['revoked', { status: 'REVOKED' }],
    ['revoked and of unknown expiry', { status: 'REVOKED', expiresAt: undefined }],
    ['under another name', { name: 'caster-2' }],
    ['under a name of other letters', { name: 'Caster' }],
    ['in another role', { role: 'ROLE_READ_ONLY' }],
    ['in an unreadable role', { role: '' }],
  ])('%s', (_when, difference) => {
    expect(isExpectedTokenPresent(EXPECTED, [token(difference)], NOW)).toBe(false);
  });

  it('in an empty list', () => {
    expect(isExpectedTokenPresent(EXPECTED, [], NOW)).toBe(false);
  });
});
