import { describe, expect, it } from 'vitest';
import { DEFAULT_THRESHOLDS, lifetimeProgress, tokenUrgency, urgentAfter } from '../../../src/model/urgency.ts';
import { token } from '../support/builders.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 5, 1);

function tokenOfAge(daysOld: number, daysLeft: number) {
  return token({ createdAt: NOW - daysOld * DAY, expiresAt: NOW + daysLeft * DAY });
}

describe('lifetimeProgress', () => {
  it('is 0 at the creation and 1 at the expiry', () => {
    expect(lifetimeProgress(tokenOfAge(0, 100), NOW, DEFAULT_THRESHOLDS)?.elapsed).toBe(0);
    expect(lifetimeProgress(tokenOfAge(25, 75), NOW, DEFAULT_THRESHOLDS)?.elapsed).toBe(0.25);
    expect(lifetimeProgress(tokenOfAge(100, 0), NOW, DEFAULT_THRESHOLDS)?.elapsed).toBe(1);
  });

  it('is between 0 and 1 even with clock skew or after the expiry', () => {
    expect(lifetimeProgress(tokenOfAge(100, -50), NOW, DEFAULT_THRESHOLDS)?.elapsed).toBe(1);
    expect(
      lifetimeProgress(token({ createdAt: NOW + 60_000, expiresAt: NOW + DAY }), NOW, DEFAULT_THRESHOLDS)?.elapsed,
    ).toBe(0);
  });

  it('has thresholds in days for a long lifetime and as a share for a short one', () => {
    expect(lifetimeProgress(tokenOfAge(0, 140), NOW, DEFAULT_THRESHOLDS)).toMatchObject({
      warningFrom: 0.9,
      criticalFrom: 1 - 3 / 140,
    });
    expect(lifetimeProgress(tokenOfAge(0, 8), NOW, DEFAULT_THRESHOLDS)).toMatchObject({
      warningFrom: 0.75,
      criticalFrom: 0.9,
    });
  });

  it.each([365, 90, 30, 8, 1])(
    'has thresholds that equal those of tokenUrgency to the second for a lifetime of %d days',
    (days) => {
      for (const [threshold, level, previous] of [
        ['warningFrom', 'warning', 'none'],
        ['criticalFrom', 'critical', 'warning'],
      ] as const) {
        const share = lifetimeProgress(tokenOfAge(0, days), NOW, DEFAULT_THRESHOLDS)?.[threshold] ?? 0;
        const age = share * days;
        const second = 1 / 86_400;
        expect(tokenUrgency(tokenOfAge(age + second, days - age - second), NOW)).toBe(level);
        expect(tokenUrgency(tokenOfAge(age - second, days - age + second), NOW)).toBe(previous);
      }
    },
  );

  it('has the given thresholds', () => {
    const thresholds = {
      warning: { leftMs: 70 * DAY, lifetimeShare: 1 },
      critical: { leftMs: 70 * DAY, lifetimeShare: 0.2 },
    };
    expect(lifetimeProgress(tokenOfAge(0, 140), NOW, thresholds)).toMatchObject({
      warningFrom: 0.5,
      criticalFrom: 0.8,
    });
  });

  it.each([
    ['without an expiry', { expiresAt: undefined }],
    ['without a creation time', { createdAt: undefined }],
    ['that expires before its creation', { createdAt: NOW + 2, expiresAt: NOW + 1 }],
    ['that is created tomorrow', { createdAt: NOW + DAY, expiresAt: NOW + 2 * DAY }],
  ])('is undefined for a token %s', (_, dates) => {
    expect(lifetimeProgress(token(dates), NOW, DEFAULT_THRESHOLDS)).toBeUndefined();
  });
});

describe('urgentAfter', () => {
  it.each([
    ['warning', 365, 365 - 14],
    ['critical', 365, 365 - 3],
    ['warning', 8, 6],
    ['critical', 8, 7.2],
  ] as const)('is the last instant that is not yet %s, for a lifetime of %d days', (level, lifetime, age) => {
    const life = tokenOfAge(0, lifetime);
    const after = urgentAfter(life.createdAt, NOW + lifetime * DAY, NOW, DEFAULT_THRESHOLDS[level]);
    expect(after).toBe(NOW + age * DAY);
    const previous = level === 'warning' ? 'none' : 'warning';
    expect([after, after + 1].map((at) => tokenUrgency(life, at))).toEqual([previous, level]);
  });

  it('is the last whole millisecond for a lifetime whose share is a fraction of one', () => {
    const [createdAt, expiresAt] = [NOW, NOW + 8 * DAY + 3];
    const after = urgentAfter(createdAt, expiresAt, NOW, DEFAULT_THRESHOLDS.warning);
    expect([after, after + 1].map((at) => tokenUrgency(token({ createdAt, expiresAt }), at))).toEqual([
      'none',
      'warning',
    ]);
  });

  it('depends on the time left alone if the creation time is unknown or in the future', () => {
    for (const createdAt of [undefined, NOW + DAY])
      expect(urgentAfter(createdAt, NOW + 30 * DAY, NOW, DEFAULT_THRESHOLDS.warning)).toBe(NOW + 16 * DAY);
  });
});
