import type { Instant } from '../model/instant.ts';
import type { Report } from '../model/report.ts';
import { classifyTokens, TOKEN_STATES, type TokenState } from '../model/state.ts';
import { distinctTokens, type Token } from '../model/token.ts';
import type { Thresholds } from '../model/urgency.ts';

/** The four answers of a monitoring plugin, by weight: what could not be told hides no certain trouble. */
const SEVERITIES = ['ok', 'warning', 'unknown', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** The exit statuses of the monitoring plugins' convention. */
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

export function severityRank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

/** The one that decides; `ok` when there is none. */
export function worstSeverity(severities: Iterable<Severity>): Severity {
  let decisive: Severity = 'ok';
  for (const severity of severities) if (severityRank(severity) > severityRank(decisive)) decisive = severity;
  return decisive;
}

/** A token as metrics show it, and where it stands. */
export interface EvaluatedToken {
  readonly account: string;
  readonly token: Token;
  readonly state: TokenState;
}

/**
 * The tokens of an account, in the order of the API; none when it could not be read. Of those that share their whole set
 * of labels only the one is evaluated that metrics show, or a check would say other things than the alerts.
 */
export function evaluateTokens({ account, outcome }: Report, at: Instant, thresholds: Thresholds): EvaluatedToken[] {
  if (!outcome.ok) return [];
  const shown = distinctTokens(outcome.tokens);
  const states = classifyTokens(shown, at, thresholds);
  return shown.map((token, index) => ({ account, token, state: states[index] as TokenState }));
}

const STATE_RANK = Object.fromEntries(TOKEN_STATES.map((state, rank) => [state, rank])) as Record<TokenState, number>;

/** For sorting: the most urgent first, then what expires first; what has no known expiry comes last. */
export function compareByUrgency(a: EvaluatedToken, b: EvaluatedToken): number {
  const [first, second] = [a.token.expiresAt ?? Infinity, b.token.expiresAt ?? Infinity];
  return STATE_RANK[a.state] - STATE_RANK[b.state] || (first === second ? 0 : first - second);
}

/** How many tokens stand where. */
export function countByState(tokens: readonly EvaluatedToken[]): Readonly<Record<TokenState, number>> {
  const counts = Object.fromEntries(TOKEN_STATES.map((state) => [state, 0])) as Record<TokenState, number>;
  for (const { state } of tokens) counts[state] += 1;
  return counts;
}

/** The states of tokens in use: neither revoked nor replaced, and not expired for long. */
const IN_USE: ReadonlySet<TokenState> = new Set(['expired', 'critical', 'warning', 'doubtful', 'fine']);

/** Returns the token in use with the earliest known expiry. Undefined when there is none. */
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
