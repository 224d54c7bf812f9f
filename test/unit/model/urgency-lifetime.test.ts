import { describe, expect, it } from 'vitest';
import { lifetimeProgress, tokenUrgency } from '../../../src/model/urgency.ts';
import { token } from '../support/builders.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 5, 1);

function tokenOfAge(daysOld: number, daysLeft: number) {
  return token({ createdAt: NOW - daysOld * DAY, expiresAt: NOW + daysLeft * DAY });
}

describe('lifetimeProgress', () => {
  it('is 0 at the creation and 1 at the expiry', () => {
    expect(lifetimeProgress(tokenOfAge(0, 100), NOW)?.elapsed).toBe(0);
    expect(lifetimeProgress(tokenOfAge(25, 75), NOW)?.elapsed).toBe(0.25);
    expect(lifetimeProgress(tokenOfAge(100, 0), NOW)?.elapsed).toBe(1);
  });

  it('is between 0 and 1 even with clock skew or after the expiry', () => {
    expect(lifetimeProgress(tokenOfAge(100, -50), NOW)?.elapsed).toBe(1);
    expect(lifetimeProgress(token({ createdAt: NOW + 60_000, expiresAt: NOW + DAY }), NOW)?.elapsed).toBe(0);
  });

  it('has thresholds in days for a long lifetime and as a share for a short one', () => {
    expect(lifetimeProgress(tokenOfAge(0, 140), NOW)).toMatchObject({ warningFrom: 0.9, criticalFrom: 1 - 3 / 140 });
    expect(lifetimeProgress(tokenOfAge(0, 8), NOW)).toMatchObject({ warningFrom: 0.75, criticalFrom: 0.9 });
  });

  it.each([365, 90, 30, 8, 1])(
    'has thresholds that equal those of tokenUrgency to the second for a lifetime of %d days',
    (days) => {
      for (const [threshold, level, previous] of [
        ['warningFrom', 'warning', 'none'],
        ['criticalFrom', 'critical', 'warning'],
      ] as const) {
        const share = lifetimeProgress(tokenOfAge(0, days), NOW)?.[threshold] ?? 0;
        const age = share * days;
        const second = 1 / 86_400;
        expect(tokenUrgency(tokenOfAge(age + second, days - age - second), NOW)).toBe(level);
        expect(tokenUrgency(tokenOfAge(age - second, days - age + second), NOW)).toBe(previous);
      }
    },
  );

  it.each([
    ['without an expiry', { expiresAt: undefined }],
    ['without a creation time', { createdAt: undefined }],
    ['that expires before its creation', { createdAt: NOW + 2, expiresAt: NOW + 1 }],
    ['that is created tomorrow', { createdAt: NOW + DAY, expiresAt: NOW + 2 * DAY }],
  ])('is undefined for a token %s', (_, dates) => {
    expect(lifetimeProgress(token(dates), NOW)).toBeUndefined();
  });
});
