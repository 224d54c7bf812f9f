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

/** A token of a year with so many days left; undefined for an unknown expiry. */
function life(daysLeft: number | undefined, differences: Partial<Token> = {}): Token {
  const expiresAt = daysLeft === undefined ? undefined : NOW + daysLeft * DAY;
  return token({ expiresAt, createdAt: expiresAt && expiresAt - 365 * DAY, ...differences });
}

const EXPIRED = { status: 'EXPIRED' };
const REVOKED = { status: 'REVOKED' };
const PAUSED = { status: 'PAUSED' };

describe('tokens of one name and role', () => {
  it.each<[string, Token[], TokenState[]]>([
    ['are each as urgent as alone when there is one', [life(10)], ['warning']],
    ['are replaced by one with time left', [life(1), life(300)], ['replaced', 'fine']],
    ['are replaced by one with more time left', [life(1), life(10)], ['replaced', 'warning']],
    ['are not replaced by one that is as urgent', [life(1), life(2)], ['critical', 'critical']],
    ['are not replaced by a revoked one', [life(1), life(300, REVOKED)], ['critical', 'revoked']],
    ['are not replaced before expiry by one of unknown expiry', [life(1), life(undefined)], ['critical', 'unknown']],
    ['are replaced after expiry by one of unknown expiry', [life(-1), life(undefined)], ['replaced', 'unknown']],
    ['are replaced when they are EXPIRED', [life(5, EXPIRED), life(300)], ['replaced', 'fine']],
    ['do not replace once EXPIRED', [life(1), life(300, EXPIRED)], ['critical', 'replaced']],
    ['are in doubt where nobody knows the status of the other', [life(1), life(300, PAUSED)], ['doubtful', 'fine']],
    ['are in doubt where it is their own as well', [life(1, PAUSED), life(300, PAUSED)], ['doubtful', 'fine']],
    ['are not in doubt where a third is sure', [life(1), life(300, PAUSED), life(200)], ['replaced', 'fine', 'fine']],
    [
      'are in doubt where the third is no better',
      [life(1), life(300, PAUSED), life(2)],
      ['doubtful', 'fine', 'doubtful'],
    ],
    ['have no doubt of one that gives no status', [life(1), life(300, { status: '' })], ['replaced', 'fine']],
    ['are history 14 days after the last of them', [life(-20), life(-14, EXPIRED)], ['abandoned', 'abandoned']],
    ['are not before', [life(-20), life(-13, EXPIRED)], ['expired', 'expired']],
    ['are not when nobody knows since when', [life(undefined, EXPIRED)], ['expired']],
    ['are not when they are EXPIRED ahead of their time', [life(9, EXPIRED)], ['expired']],
    ['are history whatever was revoked since', [life(-20), life(-1, REVOKED)], ['abandoned', 'revoked']],
  ])('%s', (_what, tokens, expected) => {
    expect(classifyTokens(tokens, NOW)).toEqual(expected);
  });
});

it('a token of another name or role replaces nothing', () => {
  const others = [life(300, { name: 'other' }), life(300, { role: 'ROLE_READ_ONLY' })];
  expect(classifyTokens([life(1), ...others], NOW)).toEqual(['critical', 'fine', 'fine']);
});

it('other limits are those of the successor, too', () => {
  const limits = { ...DEFAULT_THRESHOLDS, warning: { ...DEFAULT_THRESHOLDS.warning, leftMs: 60 * 86_400_000 } };
  expect(classifyTokens([life(1), life(50)], NOW, limits)).toEqual(['replaced', 'warning']);
});

it('the most urgent standing is that of the group, but for doubt and history', () => {
  const STANDING_OF = { none: undefined, warning: 'warning', critical: 'critical', expired: 'expired' };
  fc.assert(
    fc.property(fc.array(similarTokens, { maxLength: 5 }), fc.constantFrom(Date.UTC(2026, 0, 2), NOW), (tokens, at) => {
      const group = tokens.map((member) => ({ ...member, name: 'a', role: 'a' }));
      const found: ReadonlySet<string> = new Set(classifyTokens(group, at));
      const urgent = ['expired', 'critical', 'warning'].find((standing) => found.has(standing));
      expect(urgent ?? (found.has('abandoned') ? 'expired' : undefined)).toBe(STANDING_OF[groupUrgency(group, at)]);
    }),
  );
});

it('a hundred thousand tokens of one name are no more than many', () => {
  const many = Array.from({ length: 150_000 }, () => life(1));
  expect(new Set(classifyTokens([...many, life(300)], NOW))).toEqual(new Set(['replaced', 'fine']));
});

it('an expired token is history from the same age on as in the rules', () => {
  const rules = readFileSync(new URL('../../../alerts/rules.yml', import.meta.url), 'utf8');
  const [, days] = /limit:expired_critical_seconds\n\s+expr: vector\((\d+) \* 86400\)/.exec(rules) ?? [];
  expect(ABANDONED_AFTER_MS).toBe(Number(days) * 86_400_000);
});
