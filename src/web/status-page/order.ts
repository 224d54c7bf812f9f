import { compareByUrgency, type EvaluatedToken } from '../../health/token-health.ts';
import type { Instant } from '../../model/instant.ts';
import { lifetimeProgress } from '../../model/urgency.ts';
import type { Column, Query } from './query.ts';

type Comparison = (a: EvaluatedToken, b: EvaluatedToken) => number;

const COLLATOR = new Intl.Collator('en');

const byAccount: Comparison = (a, b) => compareText(a.account, b.account);
const byName: Comparison = (a, b) => compareText(a.token.name, b.token.name);

/**
 * Returns the first rows in the requested order. Rows with equal values in the column are ordered by urgency. In a long
 * list, most rows are compared only with the last row that is shown, which is faster than a complete sort.
 */
export function sortRows(
  rows: readonly EvaluatedToken[],
  { column, reversed }: Query,
  at: Instant,
  maxRows: number,
): EvaluatedToken[] {
  const compareColumn = columnComparison(column, at);
  const direction = reversed ? -1 : 1;
  const compare: Comparison = (a, b) =>
    direction * compareColumn(a, b) || compareByUrgency(a, b) || byAccount(a, b) || byName(a, b);
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

function columnComparison(column: Column, at: Instant): Comparison {
  switch (column) {
    case 'urgency':
      return compareByUrgency;
    case 'account':
      return byAccount;
    case 'name':
      return byName;
    case 'role':
      return (a, b) => compareText(a.token.role, b.token.role);
    case 'status':
      return (a, b) => compareText(a.token.status, b.token.status);
    case 'created':
      return (a, b) => compareNumbers(a.token.createdAt, b.token.createdAt);
    case 'expires':
      return (a, b) => compareNumbers(a.token.expiresAt, b.token.expiresAt);
    case 'used':
      return (a, b) => compareNumbers(unusedShare(a, at), unusedShare(b, at));
  }
}

function compareText(a: string, b: string): number {
  return COLLATOR.compare(a, b);
}

function unusedShare({ token }: EvaluatedToken, at: Instant): number | undefined {
  const life = lifetimeProgress(token, at);
  return life === undefined ? undefined : 1 - life.elapsed;
}

/** Compares numbers. Unknown ones come last, or first in the reversed order. */
function compareNumbers(a: number | undefined, b: number | undefined): number {
  if (a === b) return 0;
  if (a === undefined || b === undefined) return a === undefined ? 1 : -1;
  return a - b;
}
