import type { Instant } from '../model/instant.ts';
import type { Report } from '../model/report.ts';
import { classifyTokens, TOKEN_STATES, type TokenState } from '../model/state.ts';
import { distinctTokens, hasUnknownStatus, type Token } from '../model/token.ts';
import type { Thresholds } from '../model/urgency.ts';

/** The severities of a monitoring plugin, least severe first. `unknown` must not hide a critical problem. */
const SEVERITIES = ['ok', 'warning', 'unknown', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** The exit status of each severity, as defined by the monitoring plugins convention. */
export const EXIT_STATUS: Readonly<Record<Severity, number>> = { ok: 0, warning: 1, critical: 2, unknown: 3 };

export const STATE_SEVERITY: Readonly<Record<TokenState, Severity>> = {
  expired: 'critical',
  critical: 'critical',
  warning: 'warning',
  doubtful: 'warning',
  unknown: 'warning',
  fine: 'ok',
  abandoned: 'ok',
  replaced: 'ok',
  revoked: 'ok',
};

/** Returns the rank of a severity. A higher rank is more severe. */
export function severityRank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

/** Returns the most severe of the severities, or `ok` if there are none. */
export function worstSeverity(severities: Iterable<Severity>): Severity {
  let worst: Severity = 'ok';
  for (const severity of severities) if (severityRank(severity) > severityRank(worst)) worst = severity;
  return worst;
}

/** A token that the metrics expose, with its state. */
export interface EvaluatedToken {
  readonly account: string;
  readonly token: Token;
  readonly state: TokenState;
}

/**
 * Returns the tokens of an account with their states, in the order of the API. Returns an empty list if the account
 * could not be read. If tokens share all labels, evaluates only the one that the metrics expose, as the alerts do.
 */
export function evaluateTokens({ account, outcome }: Report, at: Instant, thresholds: Thresholds): EvaluatedToken[] {
  if (!outcome.ok) return [];
  const shown = distinctTokens(outcome.tokens);
  const states = classifyTokens(shown, at, thresholds);
  return shown.map((token, index) => ({ account, token, state: states[index] as TokenState }));
}

const STATE_RANK = Object.fromEntries(TOKEN_STATES.map((state, rank) => [state, rank])) as Record<TokenState, number>;

/**
 * Compares tokens for sorting: most urgent first, then earliest expiry first, unknown expiry last. Among the tokens in the
 * state `fine`, those of unknown status come first.
 */
export function compareByUrgency(a: EvaluatedToken, b: EvaluatedToken): number {
  const [first, second] = [a.token.expiresAt ?? Infinity, b.token.expiresAt ?? Infinity];
  return urgencyRank(a) - urgencyRank(b) || (first === second ? 0 : first - second);
}

function urgencyRank({ state, token }: EvaluatedToken): number {
  return STATE_RANK[state] - (state === 'fine' && hasUnknownStatus(token) ? 0.5 : 0);
}

/**
 * Reports whether a person should look at the token: it needs action, or the meaning of its status is unknown. The
 * latter does not change the exit status of `check`, because its alert is of severity info.
 */
export function needsAttention({ token, state }: EvaluatedToken): boolean {
  return STATE_SEVERITY[state] !== 'ok' || hasUnknownStatus(token);
}

/** Counts the tokens in each state. */
export function countByState(tokens: readonly EvaluatedToken[]): Readonly<Record<TokenState, number>> {
  const counts = Object.fromEntries(TOKEN_STATES.map((state) => [state, 0])) as Record<TokenState, number>;
  for (const { state } of tokens) counts[state] += 1;
  return counts;
}

/** The states of tokens in use. `unknown` is omitted because such a token has no known expiry. */
const IN_USE: ReadonlySet<TokenState> = new Set(['expired', 'critical', 'warning', 'doubtful', 'fine']);

/** Returns the token in use with the earliest known expiry, or undefined if there is none. */
export function nextToExpire(
  tokens: readonly EvaluatedToken[],
): (EvaluatedToken & { readonly expiresAt: Instant }) | undefined {
  let next: (EvaluatedToken & { readonly expiresAt: Instant }) | undefined;
  for (const evaluated of tokens) {
    const { expiresAt } = evaluated.token;
    if (expiresAt === undefined || !IN_USE.has(evaluated.state)) continue;
    if (next === undefined || expiresAt < next.expiresAt) next = { ...evaluated, expiresAt };
  }
  return next;
}
