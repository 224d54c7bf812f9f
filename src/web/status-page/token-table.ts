import { formatCount, formatNumber } from '../../health/formats.ts';
import type { EvaluatedToken } from '../../health/token-health.ts';
import type { Instant } from '../../model/instant.ts';
import { hasUnknownStatus, type Token } from '../../model/token.ts';
import { lifetimeProgress } from '../../model/urgency.ts';
import { type Html, html, orPlaceholder, untrusted } from './html.ts';
import { STATE_MESSAGES, UNKNOWN_STATUS_RUNBOOK } from './messages.ts';
import { type Column, type Query, queryString } from './query.ts';
import { type PageState, pageState } from './states.ts';
import { renderMoment } from './times.ts';
import { allListsUnavailable, type View } from './view.ts';

const HEADINGS: readonly (readonly [column: Column, heading: string])[] = [
  ['urgency', 'State'],
  ['name', 'Token'],
  ['account', 'Account'],
  ['role', 'Role'],
  ['status', 'Status'],
  ['created', 'Created'],
  ['expires', 'Expires'],
  ['used', 'Lifetime used'],
];

/** Columns that sort in descending order by default. */
const DESCENDING_BY_DEFAULT: ReadonlySet<Column> = new Set(['urgency', 'used']);

/** Renders the tokens that match the filter, and how many there are. */
export function renderTokens(view: View, runbooks: string): Html {
  const { rows, query, at } = view;
  return html`<p id="shown">${describeRows(view)}</p>
${
  rows.length === 0
    ? undefined
    : html`<div class="region" id="tokens-region" role="region" aria-labelledby="tokens-heading" tabindex="0">
<table id="tokens-table" class="tokens" role="table">
<caption class="visually-hidden">Tokens of all accounts. Use the links in the headings to sort.</caption>
<thead role="rowgroup"><tr role="row">
${HEADINGS.map(([column, heading]) => renderHeading(column, heading, query))}</tr></thead>
<tbody role="rowgroup">
${rows.map((row) => renderRow(row, at, runbooks))}</tbody>
</table>
</div>`
}`;
}

function describeRows(view: View): string {
  const { total, matching, rows, query } = view;
  const ordered = matching > 1 && query.column === 'urgency' && !query.reversed ? ', most urgent first' : '';
  if (allListsUnavailable(view)) return 'No token list is available, so the state of all tokens is unknown.';
  if (total === 0) return 'No tokens are listed.';
  const all = formatCount(total, 'token');
  if (matching === 0) return `0 of ${all} match the filter.`;
  const whole = query.filter === '' ? all : `${formatNumber(matching)} of ${all}`;
  if (rows.length < matching) {
    const whole = query.filter === '' ? all : `${formatCount(matching, 'token')} that match`;
    return `Showing the first ${formatNumber(rows.length)} of ${whole}${ordered}. Use the filter to find others.`;
  }
  return `${whole}${ordered}.`;
}

/** Renders a heading as a link, which works without JavaScript. The link of the current column reverses the order. */
function renderHeading(column: Column, heading: string, query: Query): Html {
  const current = query.column === column;
  const href = queryString({ ...query, column, reversed: current && !query.reversed });
  const descending = DESCENDING_BY_DEFAULT.has(column) !== query.reversed;
  const direction = descending ? 'descending' : 'ascending';
  const arrow = current ? html` <span aria-hidden="true">${descending ? '▼' : '▲'}</span>` : undefined;
  const sorted = current ? html` aria-sort="${direction}"` : undefined;
  return html`<th role="columnheader" scope="col"${sorted}><a id="sort-${column}" data-sort href="${href}">${heading}${arrow}</a></th>
`;
}

function renderRow(row: EvaluatedToken, at: Instant, runbooks: string): Html {
  const { account, token } = row;
  const state = pageState(row);
  return html`<tr role="row" class="${state}">
<td role="cell" data-label="State">${renderBadge(state, runbooks)}</td>
<th role="rowheader" scope="row">${orPlaceholder(token.name)}${token.description === '' ? undefined : html`<span class="description">${untrusted(token.description)}</span>`}</th>
<td role="cell" data-label="Account">${untrusted(account)}</td>
<td role="cell" data-label="Role">${orPlaceholder(token.role, 'none')}</td>
<td role="cell" data-label="Status">${orPlaceholder(token.status, 'none')}${hasUnknownStatus(token) ? renderUnknownStatus(runbooks) : undefined}</td>
<td role="cell" data-label="Created">${renderDate(token, 'createdAt', at)}</td>
<td role="cell" data-label="Expires">${renderDate(token, 'expiresAt', at)}</td>
<td role="cell" data-label="Lifetime used">${renderLifetimeBar(row, at)}</td>
</tr>
`;
}

/** Renders the badge of a state, as a link to the runbook if an alert fires for the state. */
function renderBadge(state: PageState, runbooks: string): Html {
  const { label, runbook } = STATE_MESSAGES[state];
  if (runbook === undefined) return html`<span class="badge ${state}">${label}</span>`;
  return html`<a class="badge ${state}" href="${runbooks}/${runbook}" aria-label="${label}, runbook">${label}</a>`;
}

function renderUnknownStatus(runbooks: string): Html {
  return html` <a class="reason" href="${runbooks}/${UNKNOWN_STATUS_RUNBOOK}">unknown to the exporter</a>`;
}

function renderDate(token: Token, field: 'createdAt' | 'expiresAt', at: Instant): Html {
  const instant = token[field];
  if (instant !== undefined) return renderMoment(instant, at);
  return html`<span class="absent">${token.unreadable.includes(field) ? 'unreadable' : 'none'}</span>`;
}

/** Renders the elapsed share of a token's lifetime as a number and a bar. Marks show where it becomes urgent. */
function renderLifetimeBar(row: EvaluatedToken, at: Instant): Html {
  const life = lifetimeProgress(row.token, at);
  if (life === undefined) return html`<span class="absent">unknown</span>`;
  const [used, warning, critical] = [life.elapsed, life.warningFrom, life.criticalFrom].map((share) => share * 100) as [
    number,
    number,
    number,
  ];
  const marks = `${mark(warning)}${mark(critical)}`;
  return html`<span class="share">${percent(used)}</span>
<svg class="life ${pageState(row)}" viewBox="0 0 100 8" preserveAspectRatio="none" role="img"
aria-label="warning from ${percent(warning)}, critical from ${percent(critical)}"><rect class="track" width="100" height="8"/><rect class="used" width="${used.toFixed(2)}" height="8"/><path class="marks" d="${marks}"/></svg>`;
}

function mark(position: number): string {
  return `M${position.toFixed(2)} 0v8`;
}

/** Formats a percentage. Rounds down, so that only a lifetime that is over shows 100 %. */
function percent(value: number): string {
  return `${Math.floor(value)} %`;
}
