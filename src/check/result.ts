import { type Finding, findingsOf } from '../health/findings.ts';
import {
  byUrgency,
  type Judged,
  judgedTokens,
  type Severity,
  STANDING_SEVERITY,
  weight,
  worst,
} from '../health/token-health.ts';
import type { Instant } from '../model/instant.ts';
import type { Report } from '../model/report.ts';
import type { Thresholds } from '../model/urgency.ts';

/** What the reports of one fetch of every account come to. */
export interface Verdict {
  readonly severity: Severity;
  readonly at: Instant;
  readonly thresholds: Thresholds;
  readonly reports: readonly Report[];
  /** The weightiest first. */
  readonly findings: readonly Finding[];
  /** The most urgent first; those that are alike in the order of the API. */
  readonly tokens: readonly Judged[];
}

export function judge(reports: readonly Report[], at: Instant, thresholds: Thresholds): Verdict {
  const findings: Finding[] = [];
  const tokens: Judged[] = [];
  if (reports.length === 0) {
    findings.push({
      severity: 'unknown',
      kind: 'no_accounts',
      account: undefined,
      text: 'there are no accounts: nothing is watched',
    });
  }
  for (const report of reports) {
    const judged = judgedTokens(report, at, thresholds);
    for (const token of judged) tokens.push(token);
    findings.push(...findingsOf(report, judged, at, thresholds));
  }
  return {
    severity: worst([
      ...findings.map(({ severity }) => severity),
      ...tokens.map(({ standing }) => STANDING_SEVERITY[standing]),
    ]),
    at,
    thresholds,
    reports,
    findings: findings.toSorted((a, b) => weight(b.severity) - weight(a.severity)),
    tokens: tokens.toSorted(byUrgency),
  };
}
