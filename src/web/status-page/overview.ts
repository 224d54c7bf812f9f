import { STANDING_SEVERITY } from '../../health/token-health.ts';
import { STANDINGS, type Standing } from '../../model/state.ts';
import { type Html, html, named, untrusted } from './html.ts';
import { STANDING_WORDS } from './messages.ts';
import { relative, time } from './times.ts';
import { isNothingRead, isRead, isWell, type View } from './view.ts';

/** Counted at the top even when there is none of them: that is the good news. */
const ALWAYS_COUNTED: ReadonlySet<Standing> = new Set(['expired', 'critical', 'warning', 'fine']);

const URGENT = STANDINGS.filter((standing) => STANDING_SEVERITY[standing] !== 'ok');

/** So many accounts are named; the rest is counted. */
const MOST_NAMED = 3;

/** The answer at a glance: is anything wrong, which token lapses next, and how many there are of each kind. */
export function overview(view: View): Html {
  const counted = STANDINGS.filter((standing) => view.counts[standing] > 0 || ALWAYS_COUNTED.has(standing));
  const isKnown = !isNothingRead(view);
  return html`<p class="headline">${headline(view)}</p>
${next(view)}
<ul class="counts" aria-label="Tokens by state">
${counted.map(
  (standing) =>
    html`<li class="${standing}${view.counts[standing] === 0 ? ' none' : ''}"><b>${isKnown ? view.counts[standing].toLocaleString('en') : '–'}</b> <span>${STANDING_WORDS[standing].label}</span></li>
`,
)}</ul>
${isKnown ? uncounted(view) : undefined}`;
}

/** How things are, in one sentence; the page's title, too. */
export function headline(view: View): string {
  const { accounts, counts } = view;
  if (accounts.length === 0) return 'No account is configured';
  const waiting = accounts.filter(({ latest }) => latest.outcome === undefined).length;
  const unwell = accounts.filter((account) => account.latest.outcome !== undefined && !isWell(account)).length;
  const urgent = URGENT.reduce((sum, standing) => sum + counts[standing], 0);
  const who = [plural(urgent, 'token'), plural(unwell, 'account')].filter((some) => some !== undefined).join(' and ');
  const problems = who === '' ? undefined : `${who} ${urgent + unwell === 1 ? 'needs' : 'need'} attention`;
  const late = waiting === 0 ? undefined : `${plural(waiting, 'account')} without an answer yet`;
  if (isNothingRead(view)) return `No list could be read: ${clauses(problems, late)}`;
  return clauses(problems ?? 'No token needs attention', late);
}

function clauses(...some: readonly (string | undefined)[]): string {
  return some.filter((clause) => clause !== undefined).join(', ');
}

function plural(count: number, thing: string): string | undefined {
  return count === 0 ? undefined : `${count} ${count === 1 ? thing : `${thing}s`}`;
}

function next({ next: row, at }: View): Html | undefined {
  if (row === undefined) return undefined;
  const { token, account } = row;
  return html`<p class="next">Next to lapse: <strong>${named(token.name)}</strong> of ${untrusted(account)},
${relative(row.expiresAt, at)}, on ${time(row.expiresAt)}</p>`;
}

/** Whose tokens are not among the counts. */
function uncounted({ accounts }: View): Html | undefined {
  const unread = accounts.filter((account) => !isRead(account));
  if (unread.length === 0) return undefined;
  const names = unread.slice(0, MOST_NAMED).map(({ latest }, index) => {
    return html`${index === 0 ? '' : ', '}<strong>${untrusted(latest.account)}</strong>`;
  });
  const more = unread.length > MOST_NAMED ? ` and ${unread.length - MOST_NAMED} more` : '';
  return html`<p class="uncounted">Without the tokens of ${names}${more}: no list was read.</p>`;
}
