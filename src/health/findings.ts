import type { Instant } from '../model/instant.ts';
import type { Report } from '../model/report.ts';
import type { StatusClass } from '../model/status.ts';
import {
  CHECKED_FIELDS,
  countUnreadable,
  type ExpectedToken,
  isExpectedTokenPresent,
  matchesExpectation,
  type Token,
} from '../model/token.ts';
import type { Thresholds } from '../model/urgency.ts';
import { formatCount, formatNumber, formatTimeLeft } from './formats.ts';
import type { EvaluatedToken, Severity } from './token-health.ts';

/** A problem that is not about the expiry of one token. */
export interface Finding {
  readonly severity: Severity;
  readonly kind:
    | 'no_accounts'
    | 'account_unread'
    | 'expected_token_missing'
    | 'status_contradiction'
    | 'credential_expiring'
    | 'list_empty'
    | 'fields_unreadable'
    | 'clock_skew';
  /** Undefined if the finding is not about one account. */
  readonly account: string | undefined;
  /** A clause that continues the account's name. May contain unescaped names from the API. */
  readonly text: string;
}

/** Maximum difference between the clocks of this machine and the API. alerts/rules.yml uses the same value. */
export const MAX_CLOCK_SKEW_MS = 5 * 60_000;

/** How long a token may be EXPIRED before its expiry, or ACTIVE after it. alerts/rules.yml uses the same value. */
export const CONTRADICTION_MS = 3_600_000;

/** Maximum number of tokens named in one finding. Further ones are only counted. */
const MAX_NAMES = 3;

/**
 * Finds the problems of one account.
 *
 * @param evaluated the result of `evaluateTokens` for the same report and time
 */
export function collectFindings(
  report: Report,
  evaluated: readonly EvaluatedToken[],
  at: Instant,
  thresholds: Thresholds,
): readonly Finding[] {
  const { account, outcome, clockSkewMs, credentialExpiresAt } = report;
  const findings: Finding[] = [];
  const add = (severity: Severity, kind: Finding['kind'], text: string): void => {
    findings.push({ severity, kind, account, text });
  };

  if (outcome.ok) {
    for (const expected of missingExpectedTokens(report.expected, outcome.tokens, evaluated, at)) {
      add(
        'critical',
        'expected_token_missing',
        `the expected token ${expectedTokenLabel(expected)} is missing or does not work`,
      );
    }
    if (outcome.tokens.length === 0) add('warning', 'list_empty', "lists no tokens, not even the exporter's own");
    const unreadable = describeUnreadableFields(outcome.tokens);
    if (unreadable !== '') add('warning', 'fields_unreadable', `unreadable token fields: ${unreadable}`);
    const contradicting = describeContradictions(evaluated, at);
    if (contradicting !== '') {
      add('warning', 'status_contradiction', `status and expiry contradict each other: ${contradicting}`);
    }
  } else {
    const { reason, detail } = outcome.failure;
    add('unknown', 'account_unread', `could not be read (${reason}): ${detail}`);
  }

  const credential = credentialSeverity(credentialExpiresAt, at, thresholds);
  if (credentialExpiresAt !== undefined && credential !== 'ok') {
    add(credential, 'credential_expiring', `the exporter's own credential ${formatTimeLeft(credentialExpiresAt, at)}`);
  }
  if (clockSkewMs !== undefined && Math.abs(clockSkewMs) > MAX_CLOCK_SKEW_MS) {
    const minutes = Math.round(Math.abs(clockSkewMs) / 60_000);
    add('warning', 'clock_skew', `the clocks of this machine and the API differ by ${formatCount(minutes, 'minute')}`);
  }
  return findings;
}

/** Evaluates only the time left, because the lifetime of a credential is unknown. */
function credentialSeverity(expiresAt: Instant | undefined, at: Instant, thresholds: Thresholds): Severity {
  if (expiresAt === undefined) return 'ok';
  const leftMs = expiresAt - at;
  if (leftMs <= 0 || leftMs < thresholds.critical.leftMs) return 'critical';
  return leftMs < thresholds.warning.leftMs ? 'warning' : 'ok';
}

/** Excludes expired tokens: their state already reports the same problem. */
function missingExpectedTokens(
  expected: readonly ExpectedToken[],
  listed: readonly Token[],
  evaluated: readonly EvaluatedToken[],
  at: Instant,
): ExpectedToken[] {
  const expired = evaluated.filter(({ state }) => state === 'expired').map(({ token }) => token);
  const isReported = (expectation: ExpectedToken): boolean =>
    expired.some((token) => matchesExpectation(expectation, token));
  return expected.filter((expectation) => !isExpectedTokenPresent(expectation, listed, at) && !isReported(expectation));
}

function expectedTokenLabel({ name, role }: ExpectedToken): string {
  return role === undefined ? name : `${name} (${role})`;
}

/** Returns, for example, `expiresAt (2 tokens), role (1 token)`. Empty if all fields are readable. */
function describeUnreadableFields(tokens: readonly Token[]): string {
  return CHECKED_FIELDS.map((field) => [field, countUnreadable(tokens, field)] as const)
    .filter(([, count]) => count > 0)
    .map(([field, count]) => `${field} (${formatCount(count, 'token')})`)
    .join(', ');
}

/** Returns, for example, `caster is ACTIVE, but expired 2h ago`. Empty if no status contradicts its expiry. */
function describeContradictions(evaluated: readonly EvaluatedToken[], at: Instant): string {
  const clauses = evaluated.flatMap(({ token: { name, status, statusClass, expiresAt } }) => {
    if (expiresAt === undefined || !contradictsExpiry(statusClass, expiresAt - at)) return [];
    return [`${name === '' ? '(no name)' : name} is ${status}, but ${formatTimeLeft(expiresAt, at)}`];
  });
  const more = clauses.length - MAX_NAMES;
  return [...clauses.slice(0, MAX_NAMES), ...(more > 0 ? [`and ${formatNumber(more)} more`] : [])].join(', ');
}

/** Reports whether a status contradicts the time left until the expiry. */
function contradictsExpiry(statusClass: StatusClass | undefined, leftMs: number): boolean {
  return statusClass === 'EXPIRED' ? leftMs > CONTRADICTION_MS : statusClass === 'ACTIVE' && leftMs < -CONTRADICTION_MS;
}
