import { collectFindings, type Finding } from '../health/findings.ts';
import {
  compareByUrgency,
  type EvaluatedToken,
  evaluateTokens,
  type Severity,
  STATE_SEVERITY,
  severityRank,
  worstSeverity,
} from '../health/token-health.ts';
import type { Instant } from '../model/instant.ts';
import type { Report } from '../model/report.ts';
import type { Thresholds } from '../model/urgency.ts';

/** The result of the check: the evaluated reports of all accounts. */
export interface CheckResult {
  readonly severity: Severity;
  readonly at: Instant;
  readonly thresholds: Thresholds;
  readonly reports: readonly Report[];
  /** Most severe first. */
  readonly findings: readonly Finding[];
  /** Most urgent first; equal ones in the order of the API. */
  readonly tokens: readonly EvaluatedToken[];
}

/** Evaluates the reports of all accounts at one instant. */
export function evaluateReports(reports: readonly Report[], at: Instant, thresholds: Thresholds): CheckResult {
  const findings: Finding[] = [];
  const tokens: EvaluatedToken[] = [];
  if (reports.length === 0) {
    findings.push({
      severity: 'unknown',
      kind: 'no_accounts',
      account: undefined,
      text: 'no account is configured, so no token is monitored',
    });
  }
  for (const report of reports) {
    const evaluated = evaluateTokens(report, at, thresholds);
    for (const token of evaluated) tokens.push(token);
    findings.push(...collectFindings(report, evaluated, at, thresholds));
  }
  return {
    severity: worstSeverity([
      ...findings.map(({ severity }) => severity),
      ...tokens.map(({ state }) => STATE_SEVERITY[state]),
    ]),
    at,
    thresholds,
    reports,
    findings: findings.toSorted((a, b) => severityRank(b.severity) - severityRank(a.severity)),
    tokens: tokens.toSorted(compareByUrgency),
  };
}
