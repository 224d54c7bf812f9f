import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DeadlineCalculation, type Deadlines, isDoubtful } from '../../../src/model/deadlines.ts';
import { DEFAULT_POLICY, type UrgencyPolicy } from '../../../src/model/policy.ts';
import { classifyTokens } from '../../../src/model/state.ts';
import type { Token } from '../../../src/model/token.ts';
import { groupUrgency, type Thresholds, type Urgency } from '../../../src/model/urgency.ts';
import { token } from '../support/builders.ts';
import { deadlineTokens } from '../support/deadline-arbitraries.ts';

const AT = Date.parse('2026-11-24T12:00:00Z');
const MINUTE = 60_000;
const DAY = 86_400_000;
const YEAR = 365 * DAY;

function calculate(tokens: readonly Token[], policy = DEFAULT_POLICY): readonly Deadlines[] {
  const calculation = new DeadlineCalculation(policy, AT);
  for (const listed of tokens) calculation.add(listed);
  return calculation.result();
}

/** Returns the deadlines of tokens of one group. */
function deadlinesOf(...tokens: Token[]): Deadlines {
  const [deadlines, ...others] = calculate(tokens);
  if (deadlines === undefined || others.length > 0) throw new Error('expected one group');
  return deadlines;
}

/** A token with a lifetime of a year and as many days left. */
function daysLeft(days: number, differences: Partial<Token> = {}): Token {
  const expiresAt = AT + days * DAY;
  return token({ createdAt: expiresAt - YEAR, expiresAt, ...differences });
}

describe('the deadlines of one token', () => {
  it('are 14 and 3 days before its expiry, and its expiry', () => {
    expect(deadlinesOf(daysLeft(100))).toEqual({
      name: 'caster',
      role: 'ROLE_READ_WRITE',
      warning: AT + 86 * DAY,
      critical: AT + 97 * DAY,
      expired: AT + 100 * DAY,
      lastExpiry: AT + 100 * DAY,
      trusted: undefined,
      isUnlisted: false,
    });
  });

  it('are a quarter and a tenth of a short lifetime before its expiry', () => {
    const short = daysLeft(15, { createdAt: AT - 5 * DAY });
    expect(deadlinesOf(short)).toMatchObject({ warning: AT + 10 * DAY, critical: AT + 13 * DAY });
  });

  it('are rounded down to a millisecond', () => {
    const odd = token({ createdAt: AT, expiresAt: AT + 101 });
    expect(deadlinesOf(odd)).toMatchObject({ warning: AT + 75, critical: AT + 90 });
  });

  it.each<[string, number | undefined]>([
    ['unknown', undefined],
    ['after the expiry', AT + 6 * DAY],
    ['over five minutes in the future', AT + 5 * MINUTE + 1],
  ])('have only the absolute limit if the creation is %s', (_what, createdAt) => {
    const implausible = daysLeft(5, { createdAt });
    expect(deadlinesOf(implausible)).toMatchObject({ warning: AT - 9 * DAY, critical: AT + 2 * DAY });
  });

  it('follow the thresholds of the policy for the group', () => {
    const month: Thresholds = {
      warning: { leftMs: 30 * DAY, lifetimeShare: 1 },
      critical: { leftMs: 7 * DAY, lifetimeShare: 1 },
    };
    const policy: UrgencyPolicy = {
      ...DEFAULT_POLICY,
      thresholds: (name) => (name === 'caster' ? month : DEFAULT_POLICY.thresholds(name)),
    };
    expect(calculate([daysLeft(100), daysLeft(100, { name: 'rover' })], policy)).toMatchObject([
      { name: 'caster', warning: AT + 70 * DAY, critical: AT + 93 * DAY },
      { name: 'rover', warning: AT + 86 * DAY, critical: AT + 97 * DAY },
    ]);
  });

  it('are all unknown if its expiry is unknown', () => {
    expect(deadlinesOf(daysLeft(100, { expiresAt: undefined }))).toEqual({
      name: 'caster',
      role: 'ROLE_READ_WRITE',
      warning: undefined,
      critical: undefined,
      expired: undefined,
      lastExpiry: undefined,
      trusted: undefined,
      isUnlisted: false,
    });
  });

  it.each<[string, number | undefined, number]>([
    ['at its expiry', AT - DAY, AT - DAY],
    ['when the list was read, if its expiry is in the future', AT + DAY, AT],
    ['when the list was read, if its expiry is unknown', undefined, AT],
  ])('of status EXPIRED are only that it expired %s', (_when, expiresAt, expired) => {
    expect(deadlinesOf(token({ status: 'EXPIRED', expiresAt }))).toMatchObject({
      warning: undefined,
      critical: undefined,
      expired,
      lastExpiry: undefined,
    });
  });

  it('of status EXPIRED are that it expired when it was first seen so, if that was earlier', () => {
    const expiredSince = (since: number, expiresAt: number) => {
      const calculation = new DeadlineCalculation(DEFAULT_POLICY, AT);
      calculation.add(token({ status: 'EXPIRED', expiresAt }), since);
      return calculation.result()[0]?.expired;
    };
    expect(expiredSince(AT - 2 * DAY, AT - DAY)).toBe(AT - 2 * DAY);
    expect(expiredSince(AT - DAY, AT - 2 * DAY)).toBe(AT - 2 * DAY);
  });

  it('do not exist if it is revoked', () => {
    const deadlines = calculate([daysLeft(100, { status: 'REVOKED' })]);
    const [warning, critical, expired, lastExpiry, trusted] = Array<undefined>(5);
    expect(deadlines).toEqual([
      { name: 'caster', role: 'ROLE_READ_WRITE', warning, critical, expired, lastExpiry, trusted, isUnlisted: false },
    ]);
  });
});

describe('the deadlines of several tokens of one name and role', () => {
  it('are the latest of each level', () => {
    const short = token({ createdAt: AT - DAY, expiresAt: AT + 9 * DAY });
    // Urgent earlier than the short-lived token, although it expires later.
    const long = daysLeft(10);
    const { warning, critical, expired } = deadlinesOf(short, long);
    expect({ warning, critical, expired }).toEqual({
      warning: AT + 6.5 * DAY,
      critical: AT + 8 * DAY,
      expired: AT + 10 * DAY,
    });
  });

  it('ignore a revoked token', () => {
    expect(deadlinesOf(daysLeft(300, { status: 'REVOKED' }), daysLeft(10)).expired).toBe(AT + 10 * DAY);
  });

  it('include the expiry of a token of status EXPIRED', () => {
    expect(deadlinesOf(daysLeft(-3), daysLeft(-1, { status: 'EXPIRED' }))).toMatchObject({
      warning: AT - 17 * DAY,
      expired: AT - DAY,
      lastExpiry: AT - 3 * DAY,
    });
  });

  it.each(['ACTIVE', 'EXPIRED'])(
    'have no expiry if a usable token of unknown expiry covers one that is %s',
    (status) => {
      const unknown = daysLeft(0, { expiresAt: undefined, createdAt: AT });
      for (const tokens of [
        [unknown, daysLeft(-1, { status })],
        [daysLeft(-1, { status }), unknown],
      ]) {
        const { expired, lastExpiry } = deadlinesOf(...tokens);
        expect(expired).toBeUndefined();
        expect(lastExpiry).toBe(status === 'ACTIVE' ? AT - DAY : undefined);
      }
    },
  );

  it('are separate for names and roles that look the same when they are joined', () => {
    const groups = calculate([
      daysLeft(1, { name: 'a', role: 'bc' }),
      daysLeft(2, { name: 'ab', role: 'c' }),
      daysLeft(3, { name: 'a', role: '' }),
      daysLeft(4, { name: '', role: 'a' }),
    ]);
    expect(groups.map(({ name, role }) => [name, role])).toEqual([
      ['a', 'bc'],
      ['ab', 'c'],
      ['a', ''],
      ['', 'a'],
    ]);
  });

  it('are those of all names that the policy puts into one group', () => {
    const policy: UrgencyPolicy = { ...DEFAULT_POLICY, groupName: (name) => name.replace(/-\d+$/, '') };
    expect(calculate([daysLeft(1, { name: 'caster' }), daysLeft(300, { name: 'caster-2' })], policy)).toMatchObject([
      { name: 'caster', expired: AT + 300 * DAY },
    ]);
  });
});

describe('tokens that left the list', () => {
  const unlisted = { name: 'caster', role: 'ROLE_READ_WRITE', createdAt: AT - YEAR, expiresAt: AT - 1 };

  it('count as usable ones', () => {
    const calculation = new DeadlineCalculation(DEFAULT_POLICY, AT);
    calculation.addUnlisted(unlisted);
    expect(calculation.result()).toMatchObject([{ expired: AT - 1, lastExpiry: AT - 1, isUnlisted: true }]);
  });

  it('are covered by a listed one', () => {
    const calculation = new DeadlineCalculation(DEFAULT_POLICY, AT);
    calculation.add(daysLeft(300));
    calculation.addUnlisted(unlisted);
    expect(calculation.result()).toMatchObject([{ expired: AT + 300 * DAY, isUnlisted: false }]);
  });

  it('make the deadlines of a group whose listed tokens are revoked', () => {
    const calculation = new DeadlineCalculation(DEFAULT_POLICY, AT);
    calculation.addUnlisted(unlisted);
    calculation.add(daysLeft(300, { status: 'REVOKED' }));
    expect(calculation.result()).toMatchObject([{ expired: AT - 1, isUnlisted: true }]);
  });
});

describe('the cover of a group', () => {
  const paused = daysLeft(300, { status: 'PAUSED', createdAt: AT });

  it.each<[string, Token[], boolean]>([
    ['no token of unknown status exists', [daysLeft(1)], false],
    ['the only token has an unknown status', [paused], false],
    ['a token of unknown status covers one that is about to expire', [paused, daysLeft(1)], true],
    ['a token of unknown status covers one that has expired', [paused, daysLeft(-1)], true],
    ['a token of unknown status covers one of status EXPIRED', [paused, daysLeft(-1, { status: 'EXPIRED' })], true],
    [
      'a token of unknown status and expiry covers an expired one',
      [{ ...paused, expiresAt: undefined }, daysLeft(-1)],
      true,
    ],
    [
      'a token of unknown status, itself urgent, covers an expired one',
      [{ ...paused, expiresAt: AT + DAY, createdAt: undefined }, daysLeft(-1)],
      true,
    ],
    [
      'a token of unknown status does not cover, as it has expired',
      [{ ...paused, expiresAt: AT - 2 }, daysLeft(-1)],
      false,
    ],
    [
      'a token of unknown status, a warning, covers a critical one',
      [{ ...paused, expiresAt: AT + DAY * 10, createdAt: undefined }, daysLeft(1)],
      true,
    ],
    [
      'a token of unknown expiry covers one that has expired',
      [daysLeft(10, { status: 'PAUSED', createdAt: AT - DAY }), daysLeft(-1), daysLeft(0, { expiresAt: undefined })],
      false,
    ],
    ['all statuses are unknown', [paused, daysLeft(1, { status: 'PAUSED' })], false],
    ['another token covers', [paused, daysLeft(1), daysLeft(299)], false],
    ['the others are revoked', [paused, daysLeft(1, { status: 'REVOKED' })], false],
    ['the status is missing, not unknown', [daysLeft(300, { status: '', createdAt: AT }), daysLeft(1)], false],
  ])('is checked: %s', (_when, tokens, expected) => {
    expect(isDoubtful(deadlinesOf(...tokens), AT)).toBe(expected);
    expect(isDoubtful(deadlinesOf(...tokens.toReversed()), AT)).toBe(expected);
  });

  it('becomes doubtful when the covered token becomes urgent, without a new list', () => {
    const deadlines = deadlinesOf(paused, daysLeft(20));
    expect(isDoubtful(deadlines, AT + 6 * DAY)).toBe(false);
    expect(isDoubtful(deadlines, AT + 6 * DAY + 1)).toBe(true);
    expect(isDoubtful(deadlines, AT + 286 * DAY)).toBe(true);
    expect(isDoubtful(deadlines, AT + 300 * DAY)).toBe(false);
  });
});

/** Reads the urgency at an instant from deadlines. */
function urgencyFrom({ warning, critical, expired, lastExpiry }: Deadlines, at: number): Urgency {
  if (expired !== undefined && at >= expired) return 'expired';
  if (lastExpiry === undefined || at >= lastExpiry) return 'none';
  if (critical !== undefined && at > critical) return 'critical';
  return warning !== undefined && at > warning ? 'warning' : 'none';
}

describe('the deadlines of any tokens', () => {
  const lists = fc.array(deadlineTokens(AT), { maxLength: 6 });

  it('give the urgency of the group when the list is read', () => {
    fc.assert(
      fc.property(lists, (tokens) => {
        for (const deadlines of calculate(tokens)) {
          const group = tokens.filter(({ name, role }) => name === deadlines.name && role === deadlines.role);
          expect(urgencyFrom(deadlines, AT)).toBe(groupUrgency(group, AT));
        }
      }),
    );
  });

  it('are doubtful if the group is more urgent without the tokens of unknown status', () => {
    const LEVELS: readonly Urgency[] = ['none', 'warning', 'critical', 'expired'];
    fc.assert(
      fc.property(lists, (tokens) => {
        for (const deadlines of calculate(tokens)) {
          const group = tokens.filter(({ name, role }) => name === deadlines.name && role === deadlines.role);
          const trusted = group.filter(({ status }) => status !== 'PAUSED');
          const [urgency, without] = [group, trusted].map((some) => LEVELS.indexOf(groupUrgency(some, AT)));
          expect(isDoubtful(deadlines, AT)).toBe(Number(urgency) < Number(without));
        }
      }),
    );
  });

  it('are doubtful if and only if the state of one of the tokens is', () => {
    const seen = new Set<boolean>();
    fc.assert(
      fc.property(lists, (tokens) => {
        const states = classifyTokens(tokens, AT, DEFAULT_POLICY);
        for (const deadlines of calculate(tokens)) {
          const isInGroup = ({ name, role }: Token) => name === deadlines.name && role === deadlines.role;
          const hasDoubtful = tokens.some((one, index) => isInGroup(one) && states[index] === 'doubtful');
          expect(isDoubtful(deadlines, AT)).toBe(hasDoubtful);
          seen.add(hasDoubtful);
        }
      }),
      { numRuns: 1000 },
    );
    // The lists include both cases.
    expect(seen.size).toBe(2);
  });

  it('do not depend on the order of the list', () => {
    const shuffled = lists.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    );
    const sorted = (groups: readonly Deadlines[]) => groups.map((group) => JSON.stringify(group)).sort();
    fc.assert(
      fc.property(shuffled, ([list, other]) => {
        expect(sorted(calculate(other))).toEqual(sorted(calculate(list)));
      }),
    );
  });
});
