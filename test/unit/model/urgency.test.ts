import { describe, expect, it } from 'vitest';
import type { Token } from '../../../src/model/token.ts';
import { groupUrgency, tokenUrgency, type Urgency } from '../../../src/model/urgency.ts';
import { classifyStatus } from '../support/builders.ts';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

interface Life {
  /** Milliseconds to the expiry; undefined for an unknown one. */
  readonly left?: number;
  /** Milliseconds since the creation; undefined for an unknown one. */
  readonly age?: number;
  readonly status?: string;
}

function token({ left, age, status = 'ACTIVE' }: Life): Token {
  return {
    name: 'caster',
    role: 'ROLE_READ_WRITE',
    status,
    statusClass: classifyStatus(status),
    description: '',
    createdAt: age === undefined ? undefined : NOW - age,
    expiresAt: left === undefined ? undefined : NOW + left,
    unreadable: [],
  };
}

describe('a token', () => {
  it.each<[string, Life, Urgency]>([
    ['with 14 days left is not urgent', { left: 14 * DAY, age: 351 * DAY }, 'none'],
    ['with less than 14 days left is a warning', { left: 14 * DAY - 1, age: 351 * DAY }, 'warning'],
    ['with 3 days left is a warning', { left: 3 * DAY, age: 362 * DAY }, 'warning'],
    ['with less than 3 days left is critical', { left: 3 * DAY - 1, age: 362 * DAY }, 'critical'],
    ['at its expiry has expired', { left: 0, age: 365 * DAY }, 'expired'],
    ['a millisecond before its expiry is critical', { left: 1, age: 365 * DAY }, 'critical'],
    ['of 20 days with 5 left, a quarter, is not urgent', { left: 5 * DAY, age: 15 * DAY }, 'none'],
    ['of 20 days with less than 5 left is a warning', { left: 5 * DAY - 1, age: 15 * DAY + 1 }, 'warning'],
    ['of 20 days with 2 left, a tenth, is a warning', { left: 2 * DAY, age: 18 * DAY }, 'warning'],
    ['of 20 days with less than 2 left is critical', { left: 2 * DAY - 1, age: 18 * DAY + 1 }, 'critical'],
    ['of an hour is critical for its last six minutes', { left: 6 * MINUTE - 1, age: 54 * MINUTE + 1 }, 'critical'],
    ['of unknown age has only the absolute threshold', { left: 3 * DAY - 1 }, 'critical'],
    ['created at its expiry is of unknown age', { left: 2 * DAY, age: -2 * DAY }, 'critical'],
    ['created after its expiry is of unknown age', { left: 2 * DAY, age: -3 * DAY }, 'critical'],
    ['created six minutes in the future is of unknown age', { left: 2 * DAY, age: -6 * MINUTE }, 'critical'],
    ['created four minutes in the future is of known age', { left: 2 * DAY, age: -4 * MINUTE }, 'none'],
    ['of unknown expiry is not urgent', { age: DAY }, 'none'],
    ['that is revoked is not urgent', { left: HOUR, status: 'REVOKED' }, 'none'],
    ['of unknown status is as urgent as an active one', { left: HOUR, status: 'PAUSED' }, 'critical'],
  ])('%s', (_what, life, urgency) => {
    expect(tokenUrgency(token(life), NOW)).toBe(urgency);
  });
});

describe('tokens of one account, name and role', () => {
  const old = { left: DAY, age: 364 * DAY };
  const fresh = { left: 364 * DAY, age: DAY };
  const past = { left: -DAY, age: 366 * DAY };

  it.each<[string, Life[], Urgency]>([
    ['are not urgent if there are none', [], 'none'],
    ['are as urgent as the only one', [old], 'critical'],
    ['are not urgent with a successor', [old, fresh], 'none'],
    ['are as urgent as the least urgent one', [old, { left: 10 * DAY, age: 355 * DAY }], 'warning'],
    ['have expired if all are past their expiry', [past, { left: -1, age: DAY }], 'expired'],
    ['have not expired while one has time left', [past, old], 'critical'],
    ['have expired if the status is EXPIRED, even before the expiry', [{ ...fresh, status: 'EXPIRED' }], 'expired'],
    ['have expired if the status is EXPIRED and the expiry unknown', [{ status: 'EXPIRED' }], 'expired'],
    ['have not expired if there is a usable one', [{ status: 'EXPIRED' }, fresh], 'none'],
    ['are covered after expiry by one of unknown expiry', [past, {}], 'none'],
    ['are covered after EXPIRED by one of unknown expiry', [{ status: 'EXPIRED' }, {}], 'none'],
    ['are not covered before expiry by one of unknown expiry', [old, {}], 'critical'],
    ['are not covered by a revoked one', [old, { ...fresh, status: 'REVOKED' }], 'critical'],
    ['are not urgent if all are revoked', [{ ...past, status: 'REVOKED' }], 'none'],
    ['are covered by one of unknown status', [old, { ...fresh, status: 'PAUSED' }], 'none'],
  ])('%s', (_what, lives, urgency) => {
    expect(groupUrgency(lives.map(token), NOW)).toBe(urgency);
  });
});
