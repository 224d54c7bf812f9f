import type { PendingAccount } from '../../accounts/collector.ts';
import { collectFindings, type Finding } from '../../health/findings.ts';
import { type EvaluatedToken, evaluateTokens, nextToExpire } from '../../health/token-health.ts';
import type { Instant } from '../../model/instant.ts';
import type { Report } from '../../model/report.ts';
import type { Token } from '../../model/token.ts';
import type { Thresholds } from '../../model/urgency.ts';
import { STATE_MESSAGES } from './messages.ts';
import { sortRows } from './order.ts';
import type { Query } from './query.ts';
import { countByPageState, filteredState, type PageState, pageState } from './states.ts';

/** An account with its findings. */
export interface AccountView {
  readonly latest: Report | PendingAccount;
  /** Empty while the page waits for the account. */
  readonly findings: readonly Finding[];
  /** The token list to show; undefined if none is known. */
  readonly list: ShownList | undefined;
}

/** The current token list of an account, or the last one known if the account cannot be read now. */
interface ShownList {
  readonly tokens: readonly Token[];
  /** When an outdated list was read; undefined if the list is current. */
  readonly outdatedSince: Instant | undefined;
}

function shownList({ outcome, lastList }: Report | PendingAccount): ShownList | undefined {
  if (outcome?.ok) return { tokens: outcome.tokens, outdatedSince: undefined };
  return lastList && { tokens: lastList.tokens, outdatedSince: lastList.readAt };
}

/** Reports whether the current token list of the account is available. */
function hasCurrentList({ latest }: AccountView): boolean {
  return latest.outcome?.ok === true;
}

/** Reports whether the current token list is available and there are no findings. */
export function isHealthy(account: AccountView): boolean {
  return hasCurrentList(account) && account.findings.length === 0;
}

/** A token as the page shows it. */
export interface TokenRow extends EvaluatedToken {
  /** When the token's list was read, if it is outdated. */
  readonly outdatedSince: Instant | undefined;
}

/** The maximum number of rows. A longer page would load slowly; users find the other tokens with the filter. */
export const MAX_ROWS = 500;

/** The content of the page. */
export interface View {
  readonly at: Instant;
  readonly query: Query;
  /** In the order of the configuration. */
  readonly accounts: readonly AccountView[];
  /** Number of tokens of all known lists, without the filter. */
  readonly total: number;
  readonly counts: Readonly<Record<PageState, number>>;
  /** The token in use that expires next, without the filter. */
  readonly next: ReturnType<typeof nextToExpire>;
  /** The thresholds of all tokens; undefined if they differ, and without tokens. */
  readonly thresholds: Thresholds | undefined;
  /** Number of tokens that match the filter. */
  readonly matching: number;
  /** The first matching tokens, in the requested order. */
  readonly rows: readonly TokenRow[];
}

/** Reports whether accounts exist but no token list is known. An empty list is known. */
export function allListsUnavailable({ accounts }: View): boolean {
  return accounts.length > 0 && accounts.every(({ list }) => list === undefined);
}

/** Evaluates, filters and sorts the tokens for the page. */
export function createView(latest: readonly (Report | PendingAccount)[], query: Query, at: Instant): View {
  const all: TokenRow[] = [];
  const accounts = latest.map((report): AccountView => {
    const list = shownList(report);
    const evaluated = list === undefined ? [] : evaluateTokens(report, list.tokens, at);
    for (const row of accountRows(report, list, evaluated)) all.push(row);
    const findings = report.outcome === undefined ? [] : collectFindings(report, evaluated, at);
    return { latest: report, list, findings };
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
    thresholds: commonThresholds(all),
    matching: matching.length,
    rows: sortRows(matching, query, at, MAX_ROWS),
  };
}

/**
 * Returns a row for each listed token. A duplicate, which metrics do not show, has the state `replaced` or `revoked`.
 */
function accountRows(
  { account, policy }: Pick<Report, 'account' | 'policy'>,
  list: ShownList | undefined,
  evaluated: readonly EvaluatedToken[],
): TokenRow[] {
  if (list === undefined) return [];
  const { tokens, outdatedSince } = list;
  const byToken = new Map(evaluated.map((row) => [row.token, row]));
  return tokens.map((token) => {
    const shown = byToken.get(token);
    if (shown !== undefined) return { ...shown, outdatedSince };
    const group = policy.groupName(token.name);
    const state = token.statusClass === 'REVOKED' ? 'revoked' : 'replaced';
    return { account, token, state, group, thresholds: policy.thresholds(group), outdatedSince };
  });
}

function commonThresholds(rows: readonly EvaluatedToken[]): Thresholds | undefined {
  // Most tokens of an account share one object.
  const objects = [...new Set(rows.map(({ thresholds }) => thresholds))];
  const values = new Set(objects.map((thresholds) => JSON.stringify(thresholds)));
  return values.size === 1 ? objects[0] : undefined;
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
