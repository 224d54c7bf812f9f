/** The columns by which tokens can be sorted. */
export const COLUMNS = ['urgency', 'account', 'name', 'role', 'status', 'created', 'expires', 'used'] as const;
export type Column = (typeof COLUMNS)[number];

/** In UTF-16 code units, as in the form field. About the maximum displayed length of a name, so that any can be pasted. */
export const MAX_FILTER_LENGTH = 256;

/** The filter and order of the tokens, as given in the URL of the page. */
export interface Query {
  /** Empty: no filter. */
  readonly filter: string;
  readonly column: Column;
  readonly reversed: boolean;
}

/**
 * Parses `?q=WORDS&sort=COLUMN`, or `sort=-COLUMN` for the reversed order. Ignores invalid values.
 *
 * Filtering compares each word with each token and blocks the event loop, so the filter is cut at `MAX_FILTER_LENGTH`. The
 * form shows the cut filter. A shorter filter matches more tokens, so none are missed.
 */
export function parseQuery(parameters: Readonly<Record<string, unknown>>): Query {
  const { q, sort } = parameters;
  const requested = typeof sort === 'string' ? sort : '';
  const column = COLUMNS.find((name) => name === requested.replace(/^-/, ''));
  return {
    filter: typeof q === 'string' ? truncateFilter(q.trim()) : '',
    column: column ?? 'urgency',
    reversed: column !== undefined && requested.startsWith('-'),
  };
}

/** Removes half of a surrogate pair at the end, which a URL cannot represent. */
function truncateFilter(filter: string): string {
  return filter
    .slice(0, MAX_FILTER_LENGTH)
    .replace(/[\ud800-\udbff]$/, '')
    .trim();
}

/** Returns the value of `sort`; empty for the default order. */
export function sortParameter({ column, reversed }: Pick<Query, 'column' | 'reversed'>): string {
  if (reversed) return `-${column}`;
  return column === 'urgency' ? '' : column;
}

/** Returns a URL relative to the page, so that it works behind any reverse proxy. */
export function queryString(query: Query): string {
  const sort = sortParameter(query);
  const parameters = new URLSearchParams();
  if (query.filter !== '') parameters.set('q', query.filter);
  if (sort !== '') parameters.set('sort', sort);
  return `?${parameters}`;
}
