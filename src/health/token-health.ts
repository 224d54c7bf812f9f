import { distinctTokens } from '../model/distinct.ts';
import type { Instant } from '../model/instant.ts';
import type { Report } from '../model/report.ts';
import { STANDINGS, type Standing, standings } from '../model/state.ts';
import type { Token } from '../model/token.ts';
import type { Thresholds } from '../model/urgency.ts';

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
