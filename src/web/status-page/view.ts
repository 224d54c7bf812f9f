import type { PendingAccount } from '../../accounts/collector.ts';
import { type Finding, findFindings } from '../../health/findings.ts';
import { countByState, type EvaluatedToken, evaluateTokens, nextToExpire } from '../../health/token-health.ts';
import type { Instant } from '../../model/instant.ts';
import type { Report } from '../../model/report.ts';
import type { TokenState } from '../../model/state.ts';
import { DEFAULT_THRESHOLDS } from '../../model/urgency.ts';
import { STATE_MESSAGES } from './messages.ts';
import { sortRows } from './order.ts';
import type { Query } from './query.ts';

/** An account as the page shows it. */
export interface AccountView {
  readonly latest: Report | PendingAccount;
  /** What is wrong beside its tokens; nothing is said of one that is still being waited for. */
  readonly findings: readonly Finding[];
}

/** @param evaluated what `judgedTokens` makes of it at the same time */
function createAccountView(
  latest: Report | PendingAccount,
  evaluated: readonly EvaluatedToken[],
  at: Instant,
): AccountView {
  return {
    latest,
    findings: latest.outcome === undefined ? [] : findFindings(latest, evaluated, at, DEFAULT_THRESHOLDS),
  };
}

/** Whether its list is there. */
export function hasTokenList({ latest }: AccountView): boolean {
  return latest.outcome?.ok === true;
}

/** Whether its list is there, and nothing is wrong besides. */
export function isHealthy(account: AccountView): boolean {
  return hasTokenList(account) && account.findings.length === 0;
}

/** Rows that one page holds at most: beyond that it gets slow to load, and nobody reads on. The filter finds the rest. */
export const MAX_ROWS = 500;

/** Everything that the page says. */
export interface View {
  readonly at: Instant;
  readonly query: Query;
  /** In the order of the configuration. */
  readonly accounts: readonly AccountView[];
  /** Tokens of all accounts that could be read, whatever the filter. */
  readonly total: number;
  readonly counts: Readonly<Record<TokenState, number>>;
  /** The token in use that lapses next, whatever the filter. */
  readonly next: ReturnType<typeof nextToExpire>;
  /** Tokens that the filter lets through. */
  readonly matching: number;
  /** The first of them, in the order asked for. */
  readonly rows: readonly EvaluatedToken[];
}

/** Nothing is known then, which is not the same as that there is nothing. */
export function allFailed({ accounts }: View): boolean {
  return accounts.length > 0 && !accounts.some(hasTokenList);
}

export function createView(latest: readonly (Report | PendingAccount)[], query: Query, at: Instant): View {
  const all: EvaluatedToken[] = [];
  const accounts = latest.map((one) => {
    if (one.outcome === undefined) return createAccountView(one, [], at);
    const evaluated = evaluateTokens(one, at, DEFAULT_THRESHOLDS);
    for (const row of accountRows(one, evaluated)) all.push(row);
    return createAccountView(one, evaluated, at);
  });
  const passes = createFilter(query.filter);
  const matching = all.filter(passes);
  return {
    at,
    query,
    accounts,
    total: all.length,
    counts: countByState(all),
    next: nextToExpire(all.filter(({ token, state }) => state !== 'expired' && (token.expiresAt ?? 0) > at)),
    matching: matching.length,
    rows: sortRows(matching, query, at, MAX_ROWS),
  };
}

/** Every listed token: where metrics show one in place of others that look like it, it stands in for them here, too. */
function accountRows({ account, outcome }: Report, evaluated: readonly EvaluatedToken[]): EvaluatedToken[] {
  if (!outcome.ok) return [];
  const byToken = new Map(evaluated.map((one) => [one.token, one]));
  return outcome.tokens.map(
    (token) => byToken.get(token) ?? { account, token, state: token.status === 'REVOKED' ? 'revoked' : 'replaced' },
  );
}

/** Every word has to be somewhere in what the row says of its token; how many there can be, `readQuery` bounds. */
function createFilter(filter: string): (row: EvaluatedToken) => boolean {
  const words = [...new Set(filter.toLowerCase().split(/\s+/).filter(Boolean))];
  if (words.length === 0) return () => true;
  return ({ account, token: { name, description, role, status }, state }) => {
    const text = [account, name, description, role, status, STATE_MESSAGES[state].label].join('\n').toLowerCase();
    return words.every((word) => text.includes(word));
  };
}
