import type { Unanswered } from '../../accounts/collector.ts';
import { type Finding, findingsOf } from '../../health/findings.ts';
import { countByStanding, type Judged, judgedTokens, nextToExpire } from '../../health/token-health.ts';
import type { Instant } from '../../model/instant.ts';
import type { Report } from '../../model/report.ts';
import type { Standing } from '../../model/state.ts';
import { THRESHOLDS } from '../../model/urgency.ts';
import { STANDING_WORDS } from './messages.ts';
import { firstInOrder } from './order.ts';
import type { Query } from './query.ts';

/** An account as the page shows it. */
export interface Account {
  readonly latest: Report | Unanswered;
  /** What is wrong beside its tokens; nothing is said of one that is still being waited for. */
  readonly findings: readonly Finding[];
}

/** @param judged what `judgedTokens` makes of it at the same time */
function accountOf(latest: Report | Unanswered, judged: readonly Judged[], at: Instant): Account {
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

/** Rows that one page holds at most: beyond that it gets slow to load, and nobody reads on. The filter finds the rest. */
export const MOST_ROWS = 500;

/** Everything that the page says. */
export interface View {
  readonly at: Instant;
  readonly query: Query;
  /** In the order of the configuration. */
  readonly accounts: readonly Account[];
  /** Tokens of all accounts that could be read, whatever the filter. */
  readonly total: number;
  readonly counts: Readonly<Record<Standing, number>>;
  /** The token in use that lapses next, whatever the filter. */
  readonly next: ReturnType<typeof nextToExpire>;
  /** Tokens that the filter lets through. */
  readonly matching: number;
  /** The first of them, in the order asked for. */
  readonly rows: readonly Judged[];
}

/** Nothing is known then, which is not the same as that there is nothing. */
export function isNothingRead({ accounts }: View): boolean {
  return accounts.length > 0 && !accounts.some(isRead);
}

export function viewOf(latest: readonly (Report | Unanswered)[], query: Query, at: Instant): View {
  const all: Judged[] = [];
  const accounts = latest.map((one) => {
    if (one.outcome === undefined) return accountOf(one, [], at);
    const judged = judgedTokens(one, at, THRESHOLDS);
    for (const row of rowsOf(one, judged)) all.push(row);
    return accountOf(one, judged, at);
  });
  const passes = filterOf(query.filter);
  const matching = all.filter(passes);
  return {
    at,
    query,
    accounts,
    total: all.length,
    counts: countByStanding(all),
    next: nextToExpire(all.filter(({ token, standing }) => standing !== 'expired' && (token.expiresAt ?? 0) > at)),
    matching: matching.length,
    rows: firstInOrder(matching, query, at, MOST_ROWS),
  };
}

/** Every listed token: where metrics show one in place of others that look like it, it stands in for them here, too. */
function rowsOf({ account, outcome }: Report, judged: readonly Judged[]): Judged[] {
  if (!outcome.ok) return [];
  const judgements = new Map(judged.map((one) => [one.token, one]));
  return outcome.tokens.map(
    (token) =>
      judgements.get(token) ?? { account, token, standing: token.status === 'REVOKED' ? 'revoked' : 'replaced' },
  );
}

/** Every word has to be somewhere in what the row says of its token; how many there can be, `readQuery` bounds. */
function filterOf(filter: string): (row: Judged) => boolean {
  const words = [...new Set(filter.toLowerCase().split(/\s+/).filter(Boolean))];
  if (words.length === 0) return () => true;
  return ({ account, token: { name, description, role, status }, standing }) => {
    const text = [account, name, description, role, status, STANDING_WORDS[standing].label].join('\n').toLowerCase();
    return words.every((word) => text.includes(word));
  };
}
