import { formatCount, formatNumber } from '../../health/formats.ts';
import { STATE_SEVERITY } from '../../health/token-health.ts';
import { TOKEN_STATES } from '../../model/state.ts';
import { type Html, html, orPlaceholder, untrusted } from './html.ts';
import { STATE_MESSAGES } from './messages.ts';
import { queryString } from './query.ts';
import { PAGE_STATES, type PageState, stateFilter } from './states.ts';
import { formatRelative, renderTime } from './times.ts';
import { allListsUnavailable, hasTokenList, isHealthy, type View } from './view.ts';

/** The states whose count is shown even if it is 0. */
const ALWAYS_COUNTED: ReadonlySet<PageState> = new Set(['expired', 'critical', 'warning', 'fine']);

const URGENT = TOKEN_STATES.filter((state) => STATE_SEVERITY[state] !== 'ok');

/** Maximum number of accounts that are named. Further ones are only counted. */
const MAX_NAMES = 3;

/** Renders the summary: what needs attention, the next token to expire, and the number of tokens in each state. */
export function renderOverview(view: View): Html {
  const counted = PAGE_STATES.filter((state) => view.counts[state] > 0 || ALWAYS_COUNTED.has(state));
  const hasLists = !allListsUnavailable(view);
  return html`<p class="headline">${headline(view)}</p>
${renderNextToExpire(view)}
<ul class="counts" aria-label="Tokens by state">
${counted.map((state) => renderStateCount(state, view))}</ul>
${hasLists ? renderUnreadAccounts(view) : undefined}`;
}

/** Renders the count of a state: as a link that filters the tokens, or removes the filter if it is set. */
function renderStateCount(state: PageState, view: View): Html {
  const { counts, query } = view;
  const count = counts[state];
  const text = html`<b>${allListsUnavailable(view) ? '–' : formatNumber(count)}</b> <span>${STATE_MESSAGES[state].label}</span>`;
  if (count === 0)
    return html`<li class="${state} none"><div>${text}</div></li>
`;
  const isCurrent = query.filter === stateFilter(state);
  const target = queryString({ ...query, filter: isCurrent ? '' : stateFilter(state) });
  const current = isCurrent ? html` aria-current="true"` : undefined;
  return html`<li class="${state}"><a id="count-${state}" data-filter href="${target}#tokens-heading"${current}>${text}</a></li>
`;
}

/** Summarizes the page in one sentence, which is also its title. */
export function headline(view: View): string {
  const { accounts, counts } = view;
  if (accounts.length === 0) return 'No account is configured';
  const waiting = accounts.filter(({ latest }) => latest.outcome === undefined).length;
  const unhealthy = accounts.filter((account) => account.latest.outcome !== undefined && !isHealthy(account)).length;
  const urgent = URGENT.reduce((sum, state) => sum + counts[state], 0);
  const subject = [formatNonZeroCount(urgent, 'token'), formatNonZeroCount(unhealthy, 'account')]
    .filter((count) => count !== undefined)
    .join(' and ');
  const problems = subject === '' ? undefined : `${subject} ${urgent + unhealthy === 1 ? 'needs' : 'need'} attention`;
  const pending = waiting === 0 ? undefined : `waiting for ${formatCount(waiting, 'account')}`;
  if (allListsUnavailable(view)) return `No token list is available: ${joinClauses(problems, pending)}`;
  return joinClauses(problems ?? 'No token needs attention', problems ? undefined : unknownStatusClause(view), pending);
}

function joinClauses(...clauses: readonly (string | undefined)[]): string {
  return clauses.filter((clause) => clause !== undefined).join(', ');
}

/** Tokens of unknown status do not need attention as urgently as the others, so they are named only without those. */
function unknownStatusClause({ counts: { 'status-unknown': count } }: View): string | undefined {
  if (count === 0) return undefined;
  return `${formatNumber(count)} ${count === 1 ? 'has' : 'have'} an unknown status`;
}

function formatNonZeroCount(count: number, thing: string): string | undefined {
  return count === 0 ? undefined : formatCount(count, thing);
}

function renderNextToExpire({ next: row, at }: View): Html | undefined {
  if (row === undefined) return undefined;
  const { token, account } = row;
  return html`<p class="next">Next to expire: <strong>${orPlaceholder(token.name)}</strong> of ${untrusted(account)},
${formatRelative(row.expiresAt, at)}, on ${renderTime(row.expiresAt)}</p>`;
}

/** Names the accounts whose tokens are not counted. */
function renderUnreadAccounts({ accounts }: View): Html | undefined {
  const unread = accounts.filter((account) => !hasTokenList(account));
  if (unread.length === 0) return undefined;
  const names = unread.slice(0, MAX_NAMES).map(({ latest }, index) => {
    return html`${index === 0 ? '' : ', '}<strong>${untrusted(latest.account)}</strong>`;
  });
  const more = unread.length > MAX_NAMES ? ` and ${formatNumber(unread.length - MAX_NAMES)} more` : '';
  return html`<p class="uncounted">The counts do not include the tokens of ${names}${more}: no list is available.</p>`;
}
