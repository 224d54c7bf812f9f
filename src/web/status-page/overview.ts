import { STANDINGS, type Standing } from '../../tokens/standing.ts';
import { isWell } from './account-state.ts';
import { foreign } from './foreign-text.ts';
import { type Html, html } from './html.ts';
import { STANDING_WORDS } from './standing-words.ts';
import { relative, time } from './times.ts';
import type { View } from './view.ts';

/** Counted at the top even when there is none of them: that is the good news. */
const ALWAYS_COUNTED: ReadonlySet<Standing> = new Set(['expired', 'critical', 'warning', 'fine']);

/** The answer at a glance: is anything wrong, which token lapses next, and how many there are of each kind. */
export function overview(view: View): Html {
  const counted = STANDINGS.filter((standing) => view.counts[standing] > 0 || ALWAYS_COUNTED.has(standing));
  return html`<p class="headline">${headline(view)}</p>
${next(view)}
<ul class="counts" aria-label="Tokens by state">
${counted.map(
  (standing) =>
    html`<li class="${standing}${view.counts[standing] === 0 ? ' none' : ''}"><b>${view.counts[standing].toLocaleString('en')}</b> <span>${STANDING_WORDS[standing].label}</span></li>
`,
)}</ul>`;
}

/** How things are, in one sentence; the page's title, too. */
export function headline({ accounts, counts, total, at }: View): string {
  if (accounts.length === 0) return 'No account is configured';
  const waiting = accounts.filter(({ outcome }) => outcome === undefined).length;
  const unwell = accounts.filter((account) => account.outcome !== undefined && !isWell(account, at)).length;
  const urgent = counts.expired + counts.critical + counts.warning + counts.doubtful;
  const problems = [plural(urgent, 'token'), plural(unwell, 'account')].filter((problem) => problem !== undefined);
  const late = waiting > 0 ? `, ${plural(waiting, 'account')} without an answer yet` : '';
  if (problems.length === 0) return (total === 0 ? 'No token is listed' : 'No token needs attention') + late;
  return `${problems.join(' and ')} ${urgent + unwell === 1 ? 'needs' : 'need'} attention${late}`;
}

function plural(count: number, thing: string): string | undefined {
  return count === 0 ? undefined : `${count} ${count === 1 ? thing : `${thing}s`}`;
}

function next({ next: row, at }: View): Html | undefined {
  if (row?.token.expiresAt === undefined) return undefined;
  const { token, account } = row;
  return html`<p class="next">Next to lapse: <strong>${foreign(token.name)}</strong> of ${foreign(account)},
${relative(row.token.expiresAt, at)}, on ${time(row.token.expiresAt)}</p>`;
}
