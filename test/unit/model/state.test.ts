import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ABANDONED_AFTER_MS, classifyTokens, type TokenState } from '../../../src/model/state.ts';
import type { Token } from '../../../src/model/token.ts';
import { DEFAULT_THRESHOLDS, groupUrgency } from '../../../src/model/urgency.ts';
import { similarTokens } from '../support/arbitraries.ts';
import { token } from '../support/builders.ts';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const DAY = 86_400_000;

/** Creates a token with a lifetime of a year and the given days left; undefined is an unknown expiry. */
function tokenWith(daysLeft: number | undefined, differences: Partial<Token> = {}): Token {
  const expiresAt = daysLeft === undefined ? undefined : NOW + daysLeft * DAY;
  return token({ expiresAt, createdAt: expiresAt && expiresAt - 365 * DAY, ...differences });
}

const EXPIRED = { status: 'EXPIRED' };
const REVOKED = { status: 'REVOKED' };
const PAUSED = { status: 'PAUSED' };

describe('tokens of one name and role', () => {
  it.each<[string, Token[], TokenState[]]>([
    ['keep their own urgency if there is only one', [tokenWith(10)], ['warning']],
    ['are replaced by one with time left', [tokenWith(1), tokenWith(300)], ['replaced', 'fine']],
    ['are replaced by one with more time left', [tokenWith(1), tokenWith(10)], ['replaced', 'warning']],
    ['are not replaced by one that is equally urgent', [tokenWith(1), tokenWith(2)], ['critical', 'critical']],
    ['are not replaced by a revoked one', [tokenWith(1), tokenWith(300, REVOKED)], ['critical', 'revoked']],
    [
      'are not replaced before expiry by one of unknown expiry',
      [tokenWith(1), tokenWith(undefined)],
      ['critical', 'unknown'],
    ],
    [
      'are replaced after expiry by one of unknown expiry',
      [tokenWith(-1), tokenWith(undefined)],
      ['replaced', 'unknown'],
    ],
    ['are replaced if they are EXPIRED', [tokenWith(5, EXPIRED), tokenWith(300)], ['replaced', 'fine']],
    ['do not replace others if they are EXPIRED', [tokenWith(1), tokenWith(300, EXPIRED)], ['critical', 'replaced']],
    [
      'are doubtful if the status of the other is unknown',
      [tokenWith(1), tokenWith(300, PAUSED)],
      ['doubtful', 'fine'],
    ],
    ['are doubtful if both statuses are unknown', [tokenWith(1, PAUSED), tokenWith(300, PAUSED)], ['doubtful', 'fine']],
    [
      'are not doubtful if a third token replaces them',
      [tokenWith(1), tokenWith(300, PAUSED), tokenWith(200)],
      ['replaced', 'fine', 'fine'],
    ],
    [
      'are doubtful if the third token is equally urgent',
      [tokenWith(1), tokenWith(300, PAUSED), tokenWith(2)],
      ['doubtful', 'fine', 'doubtful'],
    ],
    [
      'are not doubtful if the status of the other is empty',
      [tokenWith(1), tokenWith(300, { status: '' })],
      ['replaced', 'fine'],
    ],
    [
      'are abandoned 14 days after the last expiry',
      [tokenWith(-20), tokenWith(-14, EXPIRED)],
      ['abandoned', 'abandoned'],
    ],
    ['are not abandoned earlier', [tokenWith(-20), tokenWith(-13, EXPIRED)], ['expired', 'expired']],
    ['are not abandoned if the expiry is unknown', [tokenWith(undefined, EXPIRED)], ['expired']],
    ['are not abandoned if they are EXPIRED before their expiry', [tokenWith(9, EXPIRED)], ['expired']],
    [
      'are abandoned even if another was revoked later',
      [tokenWith(-20), tokenWith(-1, REVOKED)],
      ['abandoned', 'revoked'],
    ],
  ])('%s', (_what, tokens, expected) => {
    expect(classifyTokens(tokens, NOW)).toEqual(expected);
  });
});

it('a token does not replace one of another name or role', () => {
  const others = [tokenWith(300, { name: 'other' }), tokenWith(300, { role: 'ROLE_READ_ONLY' })];
  expect(classifyTokens([tokenWith(1), ...others], NOW)).toEqual(['critical', 'fine', 'fine']);
});

it('custom thresholds also apply to the successor', () => {
  const thresholds = { ...DEFAULT_THRESHOLDS, warning: { ...DEFAULT_THRESHOLDS.warning, leftMs: 60 * 86_400_000 } };
  expect(classifyTokens([tokenWith(1), tokenWith(50)], NOW, thresholds)).toEqual(['replaced', 'warning']);
});

it('the most urgent state is the urgency of the group, except for doubtful and abandoned', () => {
  const STATE_OF = { none: undefined, warning: 'warning', critical: 'critical', expired: 'expired' };
  fc.assert(
    fc.property(fc.array(similarTokens, { maxLength: 5 }), fc.constantFrom(Date.UTC(2026, 0, 2), NOW), (tokens, at) => {
      const group = tokens.map((member) => ({ ...member, name: 'a', role: 'a' }));
      const states: ReadonlySet<string> = new Set(classifyTokens(group, at));
      const urgent = ['expired', 'critical', 'warning'].find((state) => states.has(state));
      expect(urgent ?? (states.has('abandoned') ? 'expired' : undefined)).toBe(STATE_OF[groupUrgency(group, at)]);
    }),
  );
});

it('classifyTokens supports 150,000 tokens of one name', () => {
  const many = Array.from({ length: 150_000 }, () => tokenWith(1));
  expect(new Set(classifyTokens([...many, tokenWith(300)], NOW))).toEqual(new Set(['replaced', 'fine']));
});

it('a token is abandoned at the same age as in the alerting rules', () => {
  const rules = readFileSync(new URL('../../../alerts/rules.yml', import.meta.url), 'utf8');
  const [, days] = /limit:expired_critical_seconds\n\s+expr: vector\((\d+) \* 86400\)/.exec(rules) ?? [];
  expect(ABANDONED_AFTER_MS).toBe(Number(days) * 86_400_000);
});
