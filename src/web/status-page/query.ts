/** The columns by which tokens can be ordered. */
export const COLUMNS = ['urgency', 'account', 'name', 'role', 'status', 'created', 'expires', 'used'] as const;
export type Column = (typeof COLUMNS)[number];

/** In UTF-16 units, as the form's field counts. About as much as is shown of the longest name, which can be pasted whole. */
export const MAX_FILTER_LENGTH = 256;

/** What a reader wants to see; all of it stands in the page's address. */
export interface Query {
  /** Empty: everything. */
  readonly filter: string;
  readonly column: Column;
  readonly reversed: boolean;
}

/**
 * Reads `?q=WORDS&sort=COLUMN`, or `sort=-COLUMN` for the other way round; what is odd is as good as absent.
 *
 * Every word is looked for in every token while everything else waits, so a filter that is longer than `LONGEST_FILTER`
 * is cut there. The reader sees it in the form's field, and misses nothing: less of a filter lets through more.
 */
export function parseQuery(parameters: Readonly<Record<string, unknown>>): Query {
  const { q, sort } = parameters;
  const wanted = typeof sort === 'string' ? sort : '';
  const column = COLUMNS.find((one) => one === wanted.replace(/^-/, ''));
  return {
    filter: typeof q === 'string' ? truncateFilter(q.trim()) : '',
    column: column ?? 'urgency',
    reversed: column !== undefined && wanted.startsWith('-'),
  };
}

/** Half a character at the end would be another one once it stands in an address. */
function truncateFilter(filter: string): string {
  return filter
    .slice(0, MAX_FILTER_LENGTH)
    .replace(/[\ud800-\udbff]$/, '')
    .trim();
}

/** The value of `sort`; empty for the usual order. */
export function sortParameter({ column, reversed }: Pick<Query, 'column' | 'reversed'>): string {
  if (reversed) return `-${column}`;
  return column === 'urgency' ? '' : column;
}

/** An address relative to the page's own, so that it holds behind any proxy. */
export function queryString(query: Query): string {
  const sort = sortParameter(query);
  const parameters = new URLSearchParams();
  if (query.filter !== '') parameters.set('q', query.filter);
  if (sort !== '') parameters.set('sort', sort);
  return `?${parameters}`;
}
