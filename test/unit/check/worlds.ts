import { type CheckResult, evaluateReports } from '../../../src/check/result.ts';
import type { Report } from '../../../src/model/report.ts';
import type { Token } from '../../../src/model/token.ts';
import { DEFAULT_THRESHOLDS, type Thresholds } from '../../../src/model/urgency.ts';

import { token } from '../support/builders.ts';

export const NOW = Date.parse('2026-11-24T12:00:00Z');
export const DAY = 86_400_000;

/** A token of a year with so many days left, but for what a test says of it. */
export function withDaysLeft(days: number, differences: Partial<Token> = {}): Token {
  const expiresAt = NOW + days * DAY;
  return token({ expiresAt, createdAt: expiresAt - 365 * DAY, ...differences });
}

export function judged(reports: readonly Report[], thresholds: Thresholds = DEFAULT_THRESHOLDS): CheckResult {
  return evaluateReports(reports, NOW, thresholds);
}
