import { compareByUrgency, type EvaluatedToken } from '../../health/token-health.ts';
import type { Instant } from '../../model/instant.ts';
import { lifetimeProgress } from '../../model/urgency.ts';

import type { Column, Query } from './query.ts';

type Comparison = (a: EvaluatedToken, b: EvaluatedToken) => number;

const LANGUAGE = new Intl.Collator('en');

const byAccount: Comparison = (a, b) => texts(a.account, b.account);
const byName: Comparison = (a, b) => texts(a.token.name, b.token.name);

/**
 * The first rows in the order asked for; those that are alike in its column are in the order of urgency. Of a long list
 * most rows are compared once, with the last that is wanted, instead of all with each other.
 *
 * @param maxRows how many rows are wanted
 */
export function sortRows(
  rows: readonly EvaluatedToken[],
  { column, reversed }: Query,
  at: Instant,
  maxRows: number,
): EvaluatedToken[] {
  const inColumn = comparison(column, at);
  const way = reversed ? -1 : 1;
  const compare: Comparison = (a, b) =>
    way * inColumn(a, b) || compareByUrgency(a, b) || byAccount(a, b) || byName(a, b);
  let first: EvaluatedToken[] = [];
  let last: EvaluatedToken | undefined;
  for (const row of rows) {
    if (last !== undefined && compare(row, last) >= 0) continue;
    first.push(row);
    if (first.length < 2 * maxRows) continue;
    first = first.sort(compare).slice(0, maxRows);
    last = first.at(-1);
  }
  return first.sort(compare).slice(0, maxRows);
}

function comparison(column: Column, at: Instant): Comparison {
  switch (column) {
    case 'urgency':
      return compareByUrgency;
    case 'account':
      return byAccount;
    case 'name':
      return byName;
    case 'role':
      return (a, b) => texts(a.token.role, b.token.role);
    case 'status':
      return (a, b) => texts(a.token.status, b.token.status);
    case 'created':
      return (a, b) => numbers(a.token.createdAt, b.token.createdAt);
    case 'expires':
      return (a, b) => numbers(a.token.expiresAt, b.token.expiresAt);
    case 'used':
      return (a, b) => numbers(unusedShare(a, at), unusedShare(b, at));
  }
}

function texts(a: string, b: string): number {
  return LANGUAGE.compare(a, b);
}

function unusedShare({ token }: EvaluatedToken, at: Instant): number | undefined {
  const life = lifetimeProgress(token, at);
  return life === undefined ? undefined : 1 - life.elapsed;
}

/** Unknown ones come last, or first when the order is turned round. */
function numbers(a: number | undefined, b: number | undefined): number {
  if (a === b) return 0;
  if (a === undefined || b === undefined) return a === undefined ? 1 : -1;
  return a - b;
}
