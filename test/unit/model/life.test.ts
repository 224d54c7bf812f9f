import { describe, expect, it } from 'vitest';
import { lifetimeProgress, tokenUrgency } from '../../../src/model/urgency.ts';

import { token } from '../support/builders.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 5, 1);

function lived(daysOld: number, daysLeft: number) {
  return token({ createdAt: NOW - daysOld * DAY, expiresAt: NOW + daysLeft * DAY });
}

describe('the life of a token', () => {
  it('is used up from its creation to its expiry', () => {
    expect(lifetimeProgress(lived(0, 100), NOW)?.elapsed).toBe(0);
    expect(lifetimeProgress(lived(25, 75), NOW)?.elapsed).toBe(0.25);
    expect(lifetimeProgress(lived(100, 0), NOW)?.elapsed).toBe(1);
  });

  it('never reaches beyond its ends, whatever the clocks say', () => {
    expect(lifetimeProgress(lived(100, -50), NOW)?.elapsed).toBe(1);
    expect(lifetimeProgress(token({ createdAt: NOW + 60_000, expiresAt: NOW + DAY }), NOW)?.elapsed).toBe(0);
  });

  it('has its marks by days where it is long, and by its share where it is short', () => {
    expect(lifetimeProgress(lived(0, 140), NOW)).toMatchObject({ warningFrom: 0.9, criticalFrom: 1 - 3 / 140 });
    expect(lifetimeProgress(lived(0, 8), NOW)).toMatchObject({ warningFrom: 0.75, criticalFrom: 0.9 });
  });

  it.each([365, 90, 30, 8, 1])('of %d days is urgent from its marks on, to the second', (days) => {
    for (const [mark, level, before] of [
      ['warningFrom', 'warning', 'none'],
      ['criticalFrom', 'critical', 'warning'],
    ] as const) {
      const share = lifetimeProgress(lived(0, days), NOW)?.[mark] ?? 0;
      const age = share * days;
      const second = 1 / 86_400;
      expect(tokenUrgency(lived(age + second, days - age - second), NOW)).toBe(level);
      expect(tokenUrgency(lived(age - second, days - age + second), NOW)).toBe(before);
    }
  });

  it.each([
    ['without an expiry', { expiresAt: undefined }],
    ['without a creation', { createdAt: undefined }],
    ['that ends before it begins', { createdAt: NOW + 2, expiresAt: NOW + 1 }],
    ['that begins tomorrow', { createdAt: NOW + DAY, expiresAt: NOW + 2 * DAY }],
  ])('is unknown of a token %s', (_, dates) => {
    expect(lifetimeProgress(token(dates), NOW)).toBeUndefined();
  });
});
