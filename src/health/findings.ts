import type { Instant } from '../model/instant.ts';
import type { Report } from '../model/report.ts';
import { countUnreadable, type ExpectedToken, isPresent, meets, type Token, WATCHED_FIELDS } from '../model/token.ts';
import type { Thresholds } from '../model/urgency.ts';
import { timeLeft } from './durations.ts';
import type { Judged, Severity } from './token-health.ts';

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
const MOST_NAMED = 3;

/** @param judged what `judgedTokens` makes of the same report at the same time */
export function findingsOf(
  report: Report,
  judged: readonly Judged[],
  at: Instant,
  thresholds: Thresholds,
): readonly Finding[] {
  const { account, outcome, clockSkewMs, credentialExpiresAt } = report;
  const findings: Finding[] = [];
  const add = (severity: Severity, kind: Finding['kind'], text: string): void => {
    findings.push({ severity, kind, account, text });
  };

  if (outcome.ok) {
    for (const expected of missing(report.expected, outcome.tokens, judged, at)) {
      add('critical', 'expected_token_missing', `the expected token ${named(expected)} is missing or does not work`);
    }
    if (outcome.tokens.length === 0) add('warning', 'list_empty', "lists no token, not even the exporter's own");
    const unreadable = unreadableFields(outcome.tokens);
    if (unreadable !== '') add('warning', 'fields_unreadable', `fields of tokens could not be read: ${unreadable}`);
    const contradicting = contradictions(judged, at);
    if (contradicting !== '') {
      add('warning', 'status_contradiction', `status and expiry contradict each other: ${contradicting}`);
    }
  } else {
    const { reason, detail } = outcome.failure;
    add('unknown', 'account_unread', `could not be read (${reason}): ${detail}`);
  }

  const credential = credentialSeverity(credentialExpiresAt, at, thresholds);
  if (credentialExpiresAt !== undefined && credential !== 'ok') {
    add(credential, 'credential_expiring', `the exporter's own credential ${timeLeft(credentialExpiresAt, at)}`);
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
function missing(
  expected: readonly ExpectedToken[],
  listed: readonly Token[],
  judged: readonly Judged[],
  at: Instant,
): ExpectedToken[] {
  const expired = judged.filter(({ standing }) => standing === 'expired').map(({ token }) => token);
  const isTold = (expectation: ExpectedToken): boolean => expired.some((token) => meets(expectation, token));
  return expected.filter((expectation) => !isPresent(expectation, listed, at) && !isTold(expectation));
}

function named({ name, role }: ExpectedToken): string {
  return role === undefined ? name : `${name} (${role})`;
}

/** `expiresAt` of 2, role of 1; empty when every field of every token could be read. */
function unreadableFields(tokens: readonly Token[]): string {
  return WATCHED_FIELDS.map((field) => [field, countUnreadable(tokens, field)] as const)
    .filter(([, count]) => count > 0)
    .map(([field, count]) => `${field} of ${count}`)
    .join(', ');
}

/** `caster is ACTIVE, but expired 2h ago`; empty when no status is at odds with its date. */
function contradictions(judged: readonly Judged[], at: Instant): string {
  const clauses = judged.flatMap(({ token: { name, status, expiresAt } }) => {
    if (expiresAt === undefined || !contradicts(status, expiresAt - at)) return [];
    return [`${name === '' ? '(no name)' : name} is ${status}, but ${timeLeft(expiresAt, at)}`];
  });
  const more = clauses.length - MOST_NAMED;
  return [...clauses.slice(0, MOST_NAMED), ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}

/** @param left milliseconds until the expiry */
function contradicts(status: string, left: number): boolean {
  return status === 'EXPIRED' ? left > CONTRADICTION_MS : status === 'ACTIVE' && left < -CONTRADICTION_MS;
}
