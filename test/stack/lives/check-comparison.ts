import { type Dialect, spellRole } from '../../../simulator/dialects.ts';
import { type CheckResult, evaluateReports } from '../../../src/check/result.ts';
import { type Severity, severityRank } from '../../../src/health/token-health.ts';
import type { TokenState } from '../../../src/model/state.ts';
import { DEFAULT_THRESHOLDS } from '../../../src/model/urgency.ts';
import { expiryAlerts } from './expiry-alerts.ts';
import { shownTokens } from './known-state.ts';
import { instantOf } from './life.ts';
import type { Scrape } from './run-exporters.ts';
import type { NameAndRole } from './scenario-helpers.ts';
import type { ListedToken } from './scrape.ts';

/** What `check` must report for each expiry alert, the most urgent first. */
const BY_ALERT = [
  { alert: 'PointOneTokenExpired/critical', state: 'expired', severity: 'critical' },
  { alert: 'PointOneTokenExpiringSoon/critical', state: 'critical', severity: 'critical' },
  { alert: 'PointOneTokenExpiringSoon/warning', state: 'warning', severity: 'warning' },
  { alert: 'PointOneTokenExpired/info', state: 'abandoned', severity: 'ok' },
] as const satisfies readonly { readonly alert: string; readonly state: TokenState; readonly severity: Severity }[];

/** The states of an expiry; `none` stands for all others. */
export type ExpiryState = (typeof BY_ALERT)[number]['state'] | 'none';

/** What `check` reports about the tokens of one name and role, and what it must report. */
export interface CheckedGroup extends NameAndRole {
  readonly account: string;
  readonly actual: ExpiryState;
  /** More than one state only within a second of a limit. */
  readonly acceptable: ReadonlySet<ExpiryState>;
  /** Whether the severity of the whole check is at least that of the state. */
  readonly isSevereEnough: boolean;
}

/**
 * Compares `check` with the oracle for the lists of one scrape. `check` has no history, so the oracle judges the lists
 * alone: no token that left them, and no earlier time at which a status was seen.
 */
export function compareCheck({ at, target, reports }: Scrape, dialect: Dialect): CheckedGroup[] {
  const result = evaluateReports(reports, instantOf(at), DEFAULT_THRESHOLDS);
  return target.accounts.flatMap(({ account, list = [] }) =>
    groupTokens(shownTokens(list)).map(({ name, role, listed }): CheckedGroup => {
      const acceptable = new Set([at - 1, at, at + 1].map((instant) => expectedState(listed, instant)));
      const actual = reportedState(result, account, name, spellRole(dialect, role));
      const { severity = 'ok' } = BY_ALERT.find(({ state }) => state === actual) ?? {};
      const isSevereEnough = severityRank(result.severity) >= severityRank(severity);
      return { account, name, role, actual, acceptable, isSevereEnough };
    }),
  );
}

function groupTokens(tokens: readonly ListedToken[]): (NameAndRole & { readonly listed: ListedToken[] })[] {
  const groups = new Map<string, NameAndRole & { readonly listed: ListedToken[] }>();
  for (const token of tokens) {
    const { name, role } = token;
    const key = JSON.stringify([name, role]);
    const group = groups.get(key) ?? { name, role, listed: [] };
    groups.set(key, group);
    group.listed.push(token);
  }
  return [...groups.values()];
}

function expectedState(listed: readonly ListedToken[], at: number): ExpiryState {
  const alerts = expiryAlerts({ listed, vanished: [], expiredSince: new Map() }, at);
  return BY_ALERT.find(({ alert }) => alerts.includes(alert))?.state ?? 'none';
}

/** Returns the most urgent expiry that `check` reports for a name and role. */
function reportedState({ tokens }: CheckResult, account: string, name: string, role: string): ExpiryState {
  const states = tokens
    .filter((found) => found.account === account && found.token.name === name && found.token.role === role)
    .map(({ state }) => state);
  return BY_ALERT.find(({ state }) => states.includes(state))?.state ?? 'none';
}
