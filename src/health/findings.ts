import type { Instant } from '../model/instant.ts';
import type { Report } from '../model/report.ts';
import {
  CHECKED_FIELDS,
  countUnreadable,
  type ExpectedToken,
  isExpectedTokenPresent,
  matchesExpectation,
  type Token,
} from '../model/token.ts';
import type { Thresholds } from '../model/urgency.ts';
import { formatTimeLeft } from './durations.ts';
import type { EvaluatedToken, Severity } from './token-health.ts';

/** What is wrong beside the tokens that are listed. */
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
  /** Undefined for what concerns no single account. */
  readonly account: string | undefined;
  /** A clause to be read after the account's name; it may hold names as they came. */
  readonly text: string;
}

/** Clocks that differ by more than this make the times left doubtful; alerts/rules.yml has the same number. */
export const MAX_CLOCK_SKEW_MS = 5 * 60_000;

/** A token may be EXPIRED so long ahead of its date, or ACTIVE after it; alerts/rules.yml has the same number. */
export const CONTRADICTION_MS = 3_600_000;

/** So many tokens are named in one finding; the rest is counted. */
const MAX_NAMES = 3;

/** @param evaluated what `judgedTokens` makes of the same report at the same time */
export function findFindings(
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
    if (outcome.tokens.length === 0) add('warning', 'list_empty', "lists no token, not even the exporter's own");
    const unreadable = describeUnreadableFields(outcome.tokens);
    if (unreadable !== '') add('warning', 'fields_unreadable', `fields of tokens could not be read: ${unreadable}`);
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
    add('warning', 'clock_skew', `this machine's clock and the API's differ by ${minutes} minutes`);
  }
  return findings;
}

/** A credential does not say how long it was made to live, so that the time left alone decides. */
function credentialSeverity(expiresAt: Instant | undefined, at: Instant, thresholds: Thresholds): Severity {
  if (expiresAt === undefined) return 'ok';
  const left = expiresAt - at;
  if (left <= 0 || left < thresholds.critical.leftMs) return 'critical';
  return left < thresholds.warning.leftMs ? 'warning' : 'ok';
}

/** An expired token is told by itself; that it is missed as well would be the same fact once more. */
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

/** `expiresAt` of 2, role of 1; empty when every field of every token could be read. */
function describeUnreadableFields(tokens: readonly Token[]): string {
  return CHECKED_FIELDS.map((field) => [field, countUnreadable(tokens, field)] as const)
    .filter(([, count]) => count > 0)
    .map(([field, count]) => `${field} of ${count}`)
    .join(', ');
}

/** `caster is ACTIVE, but expired 2h ago`; empty when no status is at odds with its date. */
function describeContradictions(evaluated: readonly EvaluatedToken[], at: Instant): string {
  const clauses = evaluated.flatMap(({ token: { name, status, expiresAt } }) => {
    if (expiresAt === undefined || !contradictsExpiry(status, expiresAt - at)) return [];
    return [`${name === '' ? '(no name)' : name} is ${status}, but ${formatTimeLeft(expiresAt, at)}`];
  });
  const more = clauses.length - MAX_NAMES;
  return [...clauses.slice(0, MAX_NAMES), ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}

/** @param left milliseconds until the expiry */
function contradictsExpiry(status: string, left: number): boolean {
  return status === 'EXPIRED' ? left > CONTRADICTION_MS : status === 'ACTIVE' && left < -CONTRADICTION_MS;
}
