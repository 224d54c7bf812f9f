import type { Instant } from '../model/instant.ts';
import type { Report } from '../model/report.ts';
import { STANDINGS, type Standing, standings } from '../model/state.ts';
import { distinctTokens, type Token } from '../model/token.ts';
import type { Thresholds } from '../model/urgency.ts';

/** The four answers of a monitoring plugin, by weight: what could not be told hides no certain trouble. */
const SEVERITIES = ['ok', 'warning', 'unknown', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** The exit statuses of the monitoring plugins' convention. */
export const EXIT_STATUS: Readonly<Record<Severity, number>> = { ok: 0, warning: 1, critical: 2, unknown: 3 };

export const STANDING_SEVERITY: Readonly<Record<Standing, Severity>> = {
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

export function weight(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

/** The one that decides; `ok` when there is none. */
export function worst(severities: Iterable<Severity>): Severity {
  let decisive: Severity = 'ok';
  for (const severity of severities) if (weight(severity) > weight(decisive)) decisive = severity;
  return decisive;
}

/** A token as metrics show it, and where it stands. */
export interface Judged {
  readonly account: string;
  readonly token: Token;
  readonly standing: Standing;
}

/**
 * The tokens of an account, in the order of the API; none when it could not be read. Of those that share their whole set
 * of labels only the one is judged that metrics show, or a check would say other things than the alerts.
 */
export function judgedTokens({ account, outcome }: Report, at: Instant, thresholds: Thresholds): Judged[] {
  if (!outcome.ok) return [];
  const shown = distinctTokens(outcome.tokens);
  const found = standings(shown, at, thresholds);
  return shown.map((token, index) => ({ account, token, standing: found[index] as Standing }));
}

const RANK = Object.fromEntries(STANDINGS.map((standing, rank) => [standing, rank])) as Record<Standing, number>;

/** For sorting: the most urgent first, then what expires first; what has no known expiry comes last. */
export function byUrgency(a: Judged, b: Judged): number {
  const [first, second] = [a.token.expiresAt ?? Infinity, b.token.expiresAt ?? Infinity];
  return RANK[a.standing] - RANK[b.standing] || (first === second ? 0 : first - second);
}

/** How many tokens stand where. */
export function countByStanding(tokens: readonly Judged[]): Readonly<Record<Standing, number>> {
  const counts = Object.fromEntries(STANDINGS.map((standing) => [standing, 0])) as Record<Standing, number>;
  for (const { standing } of tokens) counts[standing] += 1;
  return counts;
}

/** The states of tokens in use: neither revoked nor replaced, and not expired for long. */
const IN_USE: ReadonlySet<Standing> = new Set(['expired', 'critical', 'warning', 'doubtful', 'fine']);

/** Returns the token in use with the earliest known expiry. Undefined when there is none. */
export function nextToExpire(tokens: readonly Judged[]): (Judged & { readonly expiresAt: Instant }) | undefined {
  let next: (Judged & { readonly expiresAt: Instant }) | undefined;
  for (const judged of tokens) {
    const { expiresAt } = judged.token;
    if (expiresAt === undefined || !IN_USE.has(judged.standing)) continue;
    if (next === undefined || expiresAt < next.expiresAt) next = { ...judged, expiresAt };
  }
  return next;
}
