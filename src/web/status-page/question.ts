/** The columns by which tokens can be ordered. */
export const COLUMNS = ['urgency', 'account', 'name', 'role', 'status', 'created', 'expires', 'used'] as const;
export type Column = (typeof COLUMNS)[number];

/** What a reader wants to see; all of it stands in the page's address. */
export interface Question {
  /** Empty: everything. */
  readonly filter: string;
  readonly column: Column;
  readonly reversed: boolean;
}

/** Reads `?q=WORDS&sort=COLUMN`, or `sort=-COLUMN` for the other way round; what is odd is as good as absent. */
export function readQuestion(query: Readonly<Record<string, unknown>>): Question {
  const { q, sort } = query;
  const wanted = typeof sort === 'string' ? sort : '';
  const column = COLUMNS.find((one) => one === wanted.replace(/^-/, ''));
  return {
    filter: typeof q === 'string' ? q.trim() : '',
    column: column ?? 'urgency',
    reversed: column !== undefined && wanted.startsWith('-'),
  };
}

/** The value of `sort`; empty for the usual order. */
export function sortOf({ column, reversed }: Pick<Question, 'column' | 'reversed'>): string {
  if (reversed) return `-${column}`;
  return column === 'urgency' ? '' : column;
}

/** An address relative to the page's own, so that it holds behind any proxy. */
export function addressOf(question: Question): string {
  const sort = sortOf(question);
  const query = new URLSearchParams();
  if (question.filter !== '') query.set('q', question.filter);
  if (sort !== '') query.set('sort', sort);
  return `?${query}`;
}
