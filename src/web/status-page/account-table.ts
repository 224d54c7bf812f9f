import type { Finding } from '../../health/findings.ts';
import type { Instant } from '../../model/instant.ts';
import { type Html, html, untrusted } from './html.ts';
import { FAILURE_MESSAGES, FINDING_MESSAGES } from './messages.ts';
import { renderMoment } from './times.ts';
import { type AccountView, isHealthy, type View } from './view.ts';

/** From this many accounts on, those that are well are folded away, so that nobody scrolls past them to the tokens. */
const FOLD_FROM = 5;

/** Every account with its last outcome; those that somebody has to look at come first. */
export function renderAccounts({ accounts, at }: View): Html {
  if (accounts.length === 0) return html`<p>No account is configured.</p>`;
  const [well, others] = [accounts.filter((one) => isHealthy(one)), accounts.filter((one) => !isHealthy(one))];
  if (accounts.length < FOLD_FROM) return renderTable('accounts', 'Accounts', [...others, ...well], at);
  return html`${others.length > 0 ? renderTable('accounts', 'Accounts to look at', others, at) : undefined}
${
  well.length > 0
    ? html`<details id="well"><summary id="well-summary">${well.length} ${well.length === 1 ? 'account is' : 'accounts are'} well</summary>
${renderTable('well-accounts', 'Accounts that are well', well, at)}
</details>`
    : undefined
}`;
}

function renderTable(id: string, caption: string, accounts: readonly AccountView[], at: Instant): Html {
  return html`<div class="region" id="${id}-region" role="region" aria-labelledby="${id}-caption" tabindex="0">
<table role="table">
<caption class="for-ears" id="${id}-caption">${caption}</caption>
<thead role="rowgroup"><tr role="row">
<th role="columnheader" scope="col">Account</th>
<th role="columnheader" scope="col">State</th>
<th role="columnheader" scope="col" class="number">Tokens</th>
<th role="columnheader" scope="col">Last success</th>
<th role="columnheader" scope="col" class="number">Fetch took</th>
<th role="columnheader" scope="col">Credential expires</th>
</tr></thead>
<tbody role="rowgroup">
${accounts.map((account) => renderRow(account, at))}</tbody>
</table>
</div>`;
}

function renderRow(account: AccountView, at: Instant): Html {
  const { latest, findings } = account;
  const { outcome, lastSuccessAt, credentialExpiresAt } = latest;
  return html`<tr role="row" class="${isHealthy(account) ? 'well' : 'unwell'}">
<th role="rowheader" scope="row">${untrusted(latest.account)}</th>
<td role="cell" data-label="State">${renderState(latest)}${findings.map(renderFinding)}</td>
<td role="cell" data-label="Tokens" class="number">${outcome?.ok ? outcome.tokens.length : '–'}</td>
<td role="cell" data-label="Last success">${lastSuccessAt === undefined ? 'none yet' : renderMoment(lastSuccessAt, at)}</td>
<td role="cell" data-label="Fetch took" class="number">${latest.outcome === undefined ? '–' : fetchDuration(latest.durationMs)}</td>
<td role="cell" data-label="Credential expires">${credentialExpiresAt === undefined ? 'unknown' : renderMoment(credentialExpiresAt, at)}</td>
</tr>
`;
}

function renderState({ outcome }: AccountView['latest']): Html {
  if (outcome === undefined) {
    return html`<p><span class="badge unknown">no answer yet</span> It is still being waited for.</p>`;
  }
  if (outcome.ok) return html`<p><span class="badge fine">up</span></p>`;
  const { reason, detail } = outcome.failure;
  const { title: says, advice } = FAILURE_MESSAGES[reason];
  return html`<p><span class="badge expired">down</span> <strong>${says}</strong></p>
<p>${advice}</p>
<p class="detail"><code>${reason}</code> ${untrusted(detail)}</p>`;
}

/** That an account could not be read is its state; `state` says it. */
function renderFinding({ kind, severity, text }: Finding): Html {
  if (kind === 'account_unread' || kind === 'no_accounts') return html``;
  const { label, advice } = FINDING_MESSAGES[kind];
  return html`<p><span class="badge ${severity}">${label}</span> <strong>${untrusted(`${text[0]?.toUpperCase()}${text.slice(1)}`)}.</strong> ${advice}</p>
`;
}

function fetchDuration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
