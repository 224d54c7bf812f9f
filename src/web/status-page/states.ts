import type { EvaluatedToken } from '../../health/token-health.ts';
import { TOKEN_STATES, type TokenState } from '../../model/state.ts';
import { hasUnknownStatus } from '../../model/token.ts';
import type { Query } from './query.ts';

/**
 * The states as the page shows them. A token that has time left, but an unknown status, is not shown as fine: it may not
 * work, and the alert PointOneTokenStatusUnknown fires for it.
 */
export type PageState = TokenState | 'status-unknown';

/** The most urgent first. */
export const PAGE_STATES: readonly PageState[] = TOKEN_STATES.flatMap((state) =>
  state === 'fine' ? (['status-unknown', state] as const) : [state],
);

export function pageState({ token, state }: EvaluatedToken): PageState {
  return state === 'fine' && hasUnknownStatus(token) ? 'status-unknown' : state;
}

/** Counts the tokens in each state. */
export function countByPageState(tokens: readonly EvaluatedToken[]): Readonly<Record<PageState, number>> {
  const counts = Object.fromEntries(PAGE_STATES.map((state) => [state, 0])) as Record<PageState, number>;
  for (const token of tokens) counts[pageState(token)] += 1;
  return counts;
}

const STATE_FILTER = 'state:';

/** Returns the filter for the tokens of a state. */
export function stateFilter(state: PageState): Query['filter'] {
  return `${STATE_FILTER}${state}`;
}

/** Returns the state that a word of the filter selects; undefined for a word that is searched for. */
export function filteredState(word: string): PageState | undefined {
  return PAGE_STATES.find((state) => word === stateFilter(state));
}
