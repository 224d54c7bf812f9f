import type { Unanswered } from '../../accounts/collector.ts';
import { type Finding, findingsOf } from '../../health/findings.ts';
import type { Judged } from '../../health/token-health.ts';
import type { Instant } from '../../model/instant.ts';
import type { Report } from '../../model/report.ts';
import { THRESHOLDS } from '../../model/urgency.ts';

/** An account as the page shows it. */
export interface Account {
  readonly latest: Report | Unanswered;
  /** What is wrong beside its tokens; nothing is said of one that is still being waited for. */
  readonly findings: readonly Finding[];
}

/** @param judged what `judgedTokens` makes of it at the same time */
export function accountOf(latest: Report | Unanswered, judged: readonly Judged[], at: Instant): Account {
  return { latest, findings: latest.outcome === undefined ? [] : findingsOf(latest, judged, at, THRESHOLDS) };
}

/** Whether its list is there. */
export function isRead({ latest }: Account): boolean {
  return latest.outcome?.ok === true;
}

/** Whether its list is there, and nothing is wrong besides. */
export function isWell(account: Account): boolean {
  return isRead(account) && account.findings.length === 0;
}
