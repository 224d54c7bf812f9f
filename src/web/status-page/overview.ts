import { formatCount, formatNumber } from '../../health/formats.ts';
import { STATE_SEVERITY } from '../../health/token-health.ts';
import { TOKEN_STATES } from '../../model/state.ts';
import { type Html, html, orPlaceholder, untrusted } from './html.ts';
import { STATE_MESSAGES } from './messages.ts';
import { queryString } from './query.ts';
import { PAGE_STATES, type PageState, stateFilter } from './states.ts';
import { formatAge, formatRelative, renderTime } from './times.ts';
import { type AccountView, allListsUnavailable, isHealthy, type View } from './view.ts';

/** The states whose count is shown even if it is 0. */
const ALWAYS_COUNTED: ReadonlySet<PageState> = new Set(['expired', 'critical', 'warning', 'fine']);

const URGENT = TOKEN_STATES.filter((state) => STATE_SEVERITY[state] !== 'ok');

/** Maximum number of accounts that are named. Further ones are only counted. */
const MAX_NAMES = 3;

/** Renders the summary: what needs attention, the next token to expire, and the number of tokens in each state. */
export function renderOverview(view: View): Html {
  const counted = PAGE_STATES.filter((state) => view.counts[state] > 0 || ALWAYS_COUNTED.has(state));
  const hasLists = !allListsUnavailable(view);
  const outdated = describeOutdatedLists(view);
  return html`<p class="headline"><span id="headline">${summarize(view)}</span>${outdated === undefined ? '' : `, ${outdated}`}</p>
${renderNextToExpire(view)}
<ul class="counts" aria-label="Tokens by state">
${counted.map((state) => renderStateCount(state, view))}</ul>
${hasLists ? renderOutdatedAccounts(view) : undefined}
${hasLists ? renderUnknownAccounts(view) : undefined}`;
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
  return joinClauses(summarize(view), describeOutdatedLists(view));
}

/** Summarizes the page without the age of outdated lists. Screen readers announce each change of this text. */
function summarize(view: View): string {
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

/** Returns the age of the oldest list, if any is outdated: `the token list is 5m old`, `2 token lists are up to 3h old`. */
function describeOutdatedLists({ accounts, at }: View): string | undefined {
  const readAt = accounts.flatMap(({ list }) => list?.outdatedSince ?? []);
  if (readAt.length === 0) return undefined;
  const age = formatAge(at - Math.min(...readAt));
  if (accounts.length === 1) return `the token list is ${age} old`;
  if (readAt.length === 1) return `1 token list is ${age} old`;
  return `${formatNumber(readAt.length)} token lists are up to ${age} old`;
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

/** Names the accounts whose last known tokens are shown, because they cannot be read now. */
function renderOutdatedAccounts({ accounts, at }: View): Html | undefined {
  const outdated = accounts.filter(({ list }) => list?.outdatedSince !== undefined);
  if (outdated.length === 0) return undefined;
  const oldest = Math.min(...outdated.flatMap(({ list }) => list?.outdatedSince ?? []));
  const from = outdated.length === 1 ? 'the last list known, read' : 'the last lists known, the oldest read';
  return html`<p class="uncounted">The tokens of ${renderNames(outdated)} are those of ${from} ${formatRelative(oldest, at)},
on ${renderTime(oldest)}. Later changes are unknown.</p>`;
}

/** Names the accounts whose tokens are not counted. */
function renderUnknownAccounts({ accounts }: View): Html | undefined {
  const unknown = accounts.filter(({ list }) => list === undefined);
  if (unknown.length === 0) return undefined;
  return html`<p class="uncounted">The counts do not include the tokens of ${renderNames(unknown)}: no list is available.</p>`;
}

function renderNames(accounts: readonly AccountView[]): Html {
  const names = accounts.slice(0, MAX_NAMES).map(({ latest }, index) => {
    return html`${index === 0 ? '' : ', '}<strong>${untrusted(latest.account)}</strong>`;
  });
  const more = accounts.length > MAX_NAMES ? ` and ${formatNumber(accounts.length - MAX_NAMES)} more` : '';
  return html`${names}${more}`;
}
