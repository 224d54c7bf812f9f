import type { Finding } from '../../health/findings.ts';
import { formatCount, formatNumber } from '../../health/formats.ts';
import type { Instant } from '../../model/instant.ts';
import { type Html, html, untrusted } from './html.ts';
import { FAILURE_MESSAGES, FINDING_MESSAGES, failureRunbook } from './messages.ts';
import { renderMoment } from './times.ts';
import { type AccountView, isHealthy, type View } from './view.ts';

/** With at least this many accounts, healthy ones are collapsed, so that the tokens stay in view. */
const MIN_ACCOUNTS_TO_COLLAPSE = 5;

/** Renders all accounts with their last outcome. Accounts that need attention come first. */
export function renderAccounts({ accounts, at }: View, runbooks: string): Html {
  if (accounts.length === 0) return html`<p>No account is configured.</p>`;
  const [healthy, others] = [accounts.filter(isHealthy), accounts.filter((account) => !isHealthy(account))];
  if (accounts.length < MIN_ACCOUNTS_TO_COLLAPSE)
    return renderTable('accounts', 'Accounts', [...others, ...healthy], { at, runbooks });
  return html`${others.length > 0 ? renderTable('accounts', 'Accounts that need attention', others, { at, runbooks }) : undefined}
${
  healthy.length > 0
    ? html`<details id="healthy"><summary id="healthy-summary">${formatCount(healthy.length, 'healthy account')}</summary>
${renderTable('healthy-accounts', 'Healthy accounts', healthy, { at, runbooks })}
</details>`
    : undefined
}`;
}

interface RowOptions {
  readonly at: Instant;
  /** The path of the runbooks. */
  readonly runbooks: string;
}

function renderTable(id: string, caption: string, accounts: readonly AccountView[], options: RowOptions): Html {
  return html`<div class="region" id="${id}-region" role="region" aria-labelledby="${id}-caption" tabindex="0">
<table role="table">
<caption class="visually-hidden" id="${id}-caption">${caption}</caption>
<thead role="rowgroup"><tr role="row">
<th role="columnheader" scope="col">Account</th>
<th role="columnheader" scope="col">State</th>
<th role="columnheader" scope="col" class="number">Tokens</th>
<th role="columnheader" scope="col">Last success</th>
<th role="columnheader" scope="col" class="number">Fetch duration</th>
<th role="columnheader" scope="col">Credential expires</th>
</tr></thead>
<tbody role="rowgroup">
${accounts.map((account) => renderRow(account, options))}</tbody>
</table>
</div>`;
}

function renderRow(account: AccountView, { at, runbooks }: RowOptions): Html {
  const { latest, findings } = account;
  const { outcome, lastSuccessAt, credentialExpiresAt } = latest;
  return html`<tr role="row" class="${isHealthy(account) ? 'healthy' : 'unhealthy'}">
<th role="rowheader" scope="row">${untrusted(latest.account)}</th>
<td role="cell" data-label="State">${renderState(latest, runbooks)}${findings.map((finding) => renderFinding(finding, runbooks))}</td>
<td role="cell" data-label="Tokens" class="number">${outcome?.ok ? formatNumber(outcome.tokens.length) : '–'}</td>
<td role="cell" data-label="Last success">${lastSuccessAt === undefined ? 'none yet' : renderMoment(lastSuccessAt, at)}</td>
<td role="cell" data-label="Fetch duration" class="number">${latest.outcome === undefined ? '–' : fetchDuration(latest.durationMs)}</td>
<td role="cell" data-label="Credential expires">${credentialExpiresAt === undefined ? 'unknown' : renderMoment(credentialExpiresAt, at)}</td>
</tr>
`;
}

function renderState({ outcome }: AccountView['latest'], runbooks: string): Html {
  if (outcome === undefined) {
    return html`<p><span class="badge unknown">no response yet</span> The exporter is waiting for the API.</p>`;
  }
  if (outcome.ok) return html`<p><span class="badge fine">up</span></p>`;
  const { reason, detail } = outcome.failure;
  const { title, advice } = FAILURE_MESSAGES[reason];
  return html`<p><span class="badge expired">down</span> <strong>${title}</strong></p>
<p>${advice} ${renderRunbookLink(failureRunbook(reason), runbooks)}</p>
<p class="detail"><code>${reason}</code> ${untrusted(detail)}</p>`;
}

/** Renders a finding of an account. `renderState` already shows a failed fetch. */
function renderFinding({ kind, severity, text }: Finding, runbooks: string): Html {
  if (kind === 'account_unread' || kind === 'no_accounts') return html``;
  const { label, advice, runbook } = FINDING_MESSAGES[kind];
  return html`<p><span class="badge ${severity}">${label}</span> <strong>${untrusted(`${text[0]?.toUpperCase()}${text.slice(1)}`)}.</strong> ${advice} ${renderRunbookLink(runbook, runbooks)}</p>
`;
}

function renderRunbookLink(alert: string, runbooks: string): Html {
  return html`<a class="runbook" href="${runbooks}/${alert}">Runbook ${alert}</a>`;
}

function fetchDuration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
