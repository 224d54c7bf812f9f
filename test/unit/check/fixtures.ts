import { type CheckResult, evaluateReports } from '../../../src/check/result.ts';
import type { Report } from '../../../src/model/report.ts';
import type { Token } from '../../../src/model/token.ts';
import { DEFAULT_THRESHOLDS, type Thresholds } from '../../../src/model/urgency.ts';
import { token } from '../support/builders.ts';

export const NOW = Date.parse('2026-11-24T12:00:00Z');
export const DAY = 86_400_000;

/** Creates a token with a lifetime of one year and the given number of days left. */
export function withDaysLeft(days: number, differences: Partial<Token> = {}): Token {
  const expiresAt = NOW + days * DAY;
  return token({ expiresAt, createdAt: expiresAt - 365 * DAY, ...differences });
}

/** Evaluates reports at `NOW`. */
export function evaluated(reports: readonly Report[], thresholds: Thresholds = DEFAULT_THRESHOLDS): CheckResult {
  return evaluateReports(reports, NOW, thresholds);
}
