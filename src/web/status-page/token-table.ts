import type { EvaluatedToken } from '../../health/token-health.ts';
import type { Instant } from '../../model/instant.ts';
import type { Token } from '../../model/token.ts';
import { lifetimeProgress } from '../../model/urgency.ts';
import { type Html, html, orPlaceholder, untrusted } from './html.ts';
import { STATE_MESSAGES } from './messages.ts';
import { type Column, type Query, queryString } from './query.ts';
import { renderMoment } from './times.ts';
import { allFailed, type View } from './view.ts';

const HEADINGS: readonly (readonly [column: Column, heading: string])[] = [
  ['urgency', 'State'],
  ['name', 'Token'],
  ['account', 'Account'],
  ['role', 'Role'],
  ['status', 'Status'],
  ['created', 'Created'],
  ['expires', 'Expires'],
  ['used', 'Life used'],
];

/** Columns whose usual order is from the most to the least. */
const MOST_FIRST: ReadonlySet<Column> = new Set(['urgency', 'used']);

/** The tokens that the reader asked for, with how many there are besides. */
export function renderTokens(view: View): Html {
  const { rows, query, at } = view;
  return html`<p id="shown">${describeRows(view)}</p>
${
  rows.length === 0
    ? undefined
    : html`<div class="region" id="tokens-region" role="region" aria-labelledby="tokens-heading" tabindex="0">
<table id="tokens-table" class="tokens" role="table">
<caption class="for-ears">Tokens of all accounts; a heading's link orders them by its column</caption>
<thead role="rowgroup"><tr role="row">
${HEADINGS.map(([column, heading]) => renderHeading(column, heading, query))}</tr></thead>
<tbody role="rowgroup">
${rows.map((row) => renderRow(row, at))}</tbody>
</table>
</div>`
}`;
}

function describeRows(view: View): string {
  const { total, matching, rows, query } = view;
  const ordered = matching > 1 && query.column === 'urgency' && !query.reversed ? ', the most urgent first' : '';
  if (allFailed(view)) return 'No list could be read, so that nothing is known of any token.';
  if (total === 0) return 'No token is listed.';
  if (matching === 0) return `None of ${formatCount(total)} matches the filter.`;
  const whole = query.filter === '' ? formatCount(total) : `${matching} of ${formatCount(total)}`;
  if (rows.length < matching) {
    return `The first ${rows.length} of ${query.filter === '' ? formatCount(total) : `${formatCount(matching)} that match`}${ordered}. Filter to see others.`;
  }
  return `${whole}${ordered}.`;
}

function formatCount(tokens: number): string {
  return `${tokens.toLocaleString('en')} ${tokens === 1 ? 'token' : 'tokens'}`;
}

/** A link and no button, so that it works without scripts. Followed again, it turns the order round. */
function renderHeading(column: Column, heading: string, query: Query): Html {
  const current = query.column === column;
  const address = queryString({ ...query, column, reversed: current && !query.reversed });
  const descending = MOST_FIRST.has(column) !== query.reversed;
  const direction = descending ? 'descending' : 'ascending';
  const arrow = current ? html` <span aria-hidden="true">${descending ? '▼' : '▲'}</span>` : undefined;
  const sorted = current ? html` aria-sort="${direction}"` : undefined;
  return html`<th role="columnheader" scope="col"${sorted}><a id="sort-${column}" data-sort href="${address}">${heading}${arrow}</a></th>
`;
}

function renderRow(row: EvaluatedToken, at: Instant): Html {
  const { account, token, state } = row;
  return html`<tr role="row" class="${state}">
<td role="cell" data-label="State"><span class="badge ${state}">${STATE_MESSAGES[state].label}</span></td>
<th role="rowheader" scope="row">${orPlaceholder(token.name)}${token.description === '' ? undefined : html`<span class="description">${untrusted(token.description)}</span>`}</th>
<td role="cell" data-label="Account">${untrusted(account)}</td>
<td role="cell" data-label="Role">${orPlaceholder(token.role, 'none given')}</td>
<td role="cell" data-label="Status">${orPlaceholder(token.status, 'none given')}</td>
<td role="cell" data-label="Created">${renderDate(token, 'createdAt', at)}</td>
<td role="cell" data-label="Expires">${renderDate(token, 'expiresAt', at)}</td>
<td role="cell" data-label="Life used">${renderLifetimeBar(row, at)}</td>
</tr>
`;
}

function renderDate(token: Token, field: 'createdAt' | 'expiresAt', at: Instant): Html {
  const instant = token[field];
  if (instant !== undefined) return renderMoment(instant, at);
  return html`<span class="absent">${token.unreadable.includes(field) ? 'unreadable' : 'none given'}</span>`;
}

/** How much of a token's life is over, as a number and as a bar with marks where it gets urgent. */
function renderLifetimeBar({ token, state }: EvaluatedToken, at: Instant): Html {
  const life = lifetimeProgress(token, at);
  if (life === undefined) return html`<span class="absent">unknown</span>`;
  const [used, warning, critical] = [life.elapsed, life.warningFrom, life.criticalFrom].map((share) => share * 100) as [
    number,
    number,
    number,
  ];
  const marks = `${mark(warning)}${mark(critical)}`;
  return html`<span class="share">${percent(used)}</span>
<svg class="life ${state}" viewBox="0 0 100 8" preserveAspectRatio="none" role="img"
aria-label="urgent from ${percent(warning)} on, critical from ${percent(critical)}"><rect class="track" width="100" height="8"/><rect class="used" width="${used.toFixed(2)}" height="8"/><path class="marks" d="${marks}"/></svg>`;
}

function mark(position: number): string {
  return `M${position.toFixed(2)} 0v8`;
}

/** Cut off and not rounded: 100 % is when it is over. */
function percent(value: number): string {
  return `${Math.floor(value)} %`;
}
