import { STATE_SEVERITY } from '../../health/token-health.ts';
import { TOKEN_STATES, type TokenState } from '../../model/state.ts';
import { type Html, html, orPlaceholder, untrusted } from './html.ts';
import { STATE_MESSAGES } from './messages.ts';
import { formatRelative, renderTime } from './times.ts';
import { allFailed, hasTokenList, isHealthy, type View } from './view.ts';

/** Counted at the top even when there is none of them: that is the good news. */
const ALWAYS_COUNTED: ReadonlySet<TokenState> = new Set(['expired', 'critical', 'warning', 'fine']);

const URGENT = TOKEN_STATES.filter((state) => STATE_SEVERITY[state] !== 'ok');

/** So many accounts are named; the rest is counted. */
const MAX_NAMES = 3;

/** The answer at a glance: is anything wrong, which token lapses next, and how many there are of each kind. */
export function renderOverview(view: View): Html {
  const counted = TOKEN_STATES.filter((state) => view.counts[state] > 0 || ALWAYS_COUNTED.has(state));
  const isKnown = !allFailed(view);
  return html`<p class="headline">${headline(view)}</p>
${renderNextToExpire(view)}
<ul class="counts" aria-label="Tokens by state">
${counted.map(
  (state) =>
    html`<li class="${state}${view.counts[state] === 0 ? ' none' : ''}"><b>${isKnown ? view.counts[state].toLocaleString('en') : '–'}</b> <span>${STATE_MESSAGES[state].label}</span></li>
`,
)}</ul>
${isKnown ? renderUnreadAccounts(view) : undefined}`;
}

/** How things are, in one sentence; the page's title, too. */
export function headline(view: View): string {
  const { accounts, counts } = view;
  if (accounts.length === 0) return 'No account is configured';
  const waiting = accounts.filter(({ latest }) => latest.outcome === undefined).length;
  const unwell = accounts.filter((account) => account.latest.outcome !== undefined && !isHealthy(account)).length;
  const urgent = URGENT.reduce((sum, state) => sum + counts[state], 0);
  const who = [formatCount(urgent, 'token'), formatCount(unwell, 'account')]
    .filter((some) => some !== undefined)
    .join(' and ');
  const problems = who === '' ? undefined : `${who} ${urgent + unwell === 1 ? 'needs' : 'need'} attention`;
  const late = waiting === 0 ? undefined : `${formatCount(waiting, 'account')} without an answer yet`;
  if (allFailed(view)) return `No list could be read: ${joinClauses(problems, late)}`;
  return joinClauses(problems ?? 'No token needs attention', late);
}

function joinClauses(...some: readonly (string | undefined)[]): string {
  return some.filter((clause) => clause !== undefined).join(', ');
}

function formatCount(count: number, thing: string): string | undefined {
  return count === 0 ? undefined : `${count} ${count === 1 ? thing : `${thing}s`}`;
}

function renderNextToExpire({ next: row, at }: View): Html | undefined {
  if (row === undefined) return undefined;
  const { token, account } = row;
  return html`<p class="next">Next to lapse: <strong>${orPlaceholder(token.name)}</strong> of ${untrusted(account)},
${formatRelative(row.expiresAt, at)}, on ${renderTime(row.expiresAt)}</p>`;
}

/** Whose tokens are not among the counts. */
function renderUnreadAccounts({ accounts }: View): Html | undefined {
  const unread = accounts.filter((account) => !hasTokenList(account));
  if (unread.length === 0) return undefined;
  const names = unread.slice(0, MAX_NAMES).map(({ latest }, index) => {
    return html`${index === 0 ? '' : ', '}<strong>${untrusted(latest.account)}</strong>`;
  });
  const more = unread.length > MAX_NAMES ? ` and ${unread.length - MAX_NAMES} more` : '';
  return html`<p class="uncounted">Without the tokens of ${names}${more}: no list was read.</p>`;
}
