import type { Instant } from '../../tokens/instant.ts';
import { STANDINGS, type Standing, standings } from '../../tokens/standing.ts';
import type { Token } from '../../tokens/token.ts';
import type { Account } from './account-state.ts';
import { firstInOrder } from './order.ts';
import type { Question } from './question.ts';
import type { Row } from './row.ts';
import { STANDING_WORDS } from './standing-words.ts';

/** Rows that one page holds at most: beyond that it gets slow to load, and nobody reads on. The filter finds the rest. */
export const MOST_ROWS = 500;

/** Everything that the page says. */
export interface View {
  readonly at: Instant;
  readonly question: Question;
  /** In the order of the configuration. */
  readonly accounts: readonly Account[];
  /** Tokens of all accounts that could be read, whatever the filter. */
  readonly total: number;
  readonly counts: Readonly<Record<Standing, number>>;
  /** The token in use that lapses next, whatever the filter. */
  readonly next: Row | undefined;
  /** Tokens that the filter lets through. */
  readonly matching: number;
  /** The first of them, in the order asked for. */
  readonly rows: readonly Row[];
}

export function viewOf(accounts: readonly Account[], question: Question, at: Instant): View {
  const all = accounts.flatMap((report) =>
    report.outcome?.ok ? rowsOf(report.account, report.outcome.tokens, at) : [],
  );
  const counts = Object.fromEntries(STANDINGS.map((standing) => [standing, 0])) as Record<Standing, number>;
  for (const { standing } of all) counts[standing] += 1;
  const passes = filterOf(question.filter);
  const matching = all.filter(passes);
  return {
    at,
    question,
    accounts,
    total: all.length,
    counts,
    next: nextToLapse(all, at),
    matching: matching.length,
    rows: firstInOrder(matching, question, at, MOST_ROWS),
  };
}

function rowsOf(account: string, tokens: readonly Token[], at: Instant): Row[] {
  const where = standings(tokens, at);
  return tokens.map((token, index) => ({ account, token, standing: where[index] as Standing }));
}

/** Every word has to be somewhere in what the row says of its token. */
function filterOf(filter: string): (row: Row) => boolean {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return () => true;
  return ({ account, token: { name, description, role, status }, standing }) => {
    const text = [account, name, description, role, status, STANDING_WORDS[standing].label].join('\n').toLowerCase();
    return words.every((word) => text.includes(word));
  };
}

const IN_USE: ReadonlySet<Standing> = new Set(['critical', 'warning', 'doubtful', 'fine']);

function nextToLapse(rows: readonly Row[], at: Instant): Row | undefined {
  let next: Row | undefined;
  for (const row of rows) {
    if (!IN_USE.has(row.standing) || expiry(row) <= at) continue;
    if (next === undefined || expiry(row) < expiry(next)) next = row;
  }
  return next;
}

function expiry({ token: { expiresAt } }: Row): Instant {
  return expiresAt ?? Number.POSITIVE_INFINITY;
}
