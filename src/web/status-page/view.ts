import type { PendingAccount } from '../../accounts/collector.ts';
import { collectFindings, type Finding } from '../../health/findings.ts';
import { type EvaluatedToken, evaluateTokens, nextToExpire } from '../../health/token-health.ts';
import type { Instant } from '../../model/instant.ts';
import type { Report } from '../../model/report.ts';
import { DEFAULT_THRESHOLDS } from '../../model/urgency.ts';
import { STATE_MESSAGES } from './messages.ts';
import { sortRows } from './order.ts';
import type { Query } from './query.ts';
import { countByPageState, filteredState, type PageState, pageState } from './states.ts';

/** An account with its findings. */
export interface AccountView {
  readonly latest: Report | PendingAccount;
  /** Empty while the page waits for the account. */
  readonly findings: readonly Finding[];
}

/** Finds the problems of an account. `evaluated` is the result of `evaluateTokens` for the same report and time. */
function createAccountView(
  latest: Report | PendingAccount,
  evaluated: readonly EvaluatedToken[],
  at: Instant,
): AccountView {
  return {
    latest,
    findings: latest.outcome === undefined ? [] : collectFindings(latest, evaluated, at, DEFAULT_THRESHOLDS),
  };
}

/** Reports whether the token list of the account is available. */
export function hasTokenList({ latest }: AccountView): boolean {
  return latest.outcome?.ok === true;
}

/** Reports whether the token list is available and there are no findings. */
export function isHealthy(account: AccountView): boolean {
  return hasTokenList(account) && account.findings.length === 0;
}

/** The maximum number of rows. A longer page would load slowly; users find the other tokens with the filter. */
export const MAX_ROWS = 500;

/** The content of the page. */
export interface View {
  readonly at: Instant;
  readonly query: Query;
  /** In the order of the configuration. */
  readonly accounts: readonly AccountView[];
  /** Number of tokens of all readable accounts, without the filter. */
  readonly total: number;
  readonly counts: Readonly<Record<PageState, number>>;
  /** The token in use that expires next, without the filter. */
  readonly next: ReturnType<typeof nextToExpire>;
  /** Number of tokens that match the filter. */
  readonly matching: number;
  /** The first matching tokens, in the requested order. */
  readonly rows: readonly EvaluatedToken[];
}

/** Reports whether accounts exist but no token list is available. An empty list is available. */
export function allListsUnavailable({ accounts }: View): boolean {
  return accounts.length > 0 && !accounts.some(hasTokenList);
}

/** Evaluates, filters and sorts the tokens for the page. */
export function createView(latest: readonly (Report | PendingAccount)[], query: Query, at: Instant): View {
  const all: EvaluatedToken[] = [];
  const accounts = latest.map((report) => {
    if (report.outcome === undefined) return createAccountView(report, [], at);
    const evaluated = evaluateTokens(report, at, DEFAULT_THRESHOLDS);
    for (const row of accountRows(report, evaluated)) all.push(row);
    return createAccountView(report, evaluated, at);
  });
  const matches = createFilter(query.filter);
  const matching = all.filter(matches);
  return {
    at,
    query,
    accounts,
    total: all.length,
    counts: countByPageState(all),
    next: nextToExpire(all.filter(({ token, state }) => state !== 'expired' && (token.expiresAt ?? 0) > at)),
    matching: matching.length,
    rows: sortRows(matching, query, at, MAX_ROWS),
  };
}

/**
 * Returns a row for each listed token. A duplicate, which metrics do not show, has the state `replaced` or `revoked`.
 */
function accountRows({ account, outcome }: Report, evaluated: readonly EvaluatedToken[]): EvaluatedToken[] {
  if (!outcome.ok) return [];
  const byToken = new Map(evaluated.map((row) => [row.token, row]));
  return outcome.tokens.map(
    (token) =>
      byToken.get(token) ?? { account, token, state: token.statusClass === 'REVOKED' ? 'revoked' : 'replaced' },
  );
}

/**
 * Creates a predicate for rows that contain all words of the filter. The word `state:STATE` selects a state instead.
 * `parseQuery` limits the length of the filter.
 */
function createFilter(filter: string): (row: EvaluatedToken) => boolean {
  const words = [...new Set(filter.toLowerCase().split(/\s+/).filter(Boolean))];
  if (words.length === 0) return () => true;
  const states = words.map(filteredState).filter((state) => state !== undefined);
  const searched = words.filter((word) => filteredState(word) === undefined);
  return (row) => {
    const state = pageState(row);
    if (states.some((wanted) => wanted !== state)) return false;
    const { account, token } = row;
    const { name, description, role, status } = token;
    const text = [account, name, description, role, status, STATE_MESSAGES[state].label].join('\n').toLowerCase();
    return searched.every((word) => text.includes(word));
  };
}
