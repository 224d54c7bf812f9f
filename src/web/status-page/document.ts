import type { BuildInfo } from '../../runtime/build-info.ts';
import { renderAccounts } from './account-table.ts';
import { ICON, SCRIPT, STYLES } from './assets.ts';
import { type Html, html } from './html.ts';
import { STATE_MESSAGES } from './messages.ts';
import { headline, renderOverview } from './overview.ts';
import { MAX_FILTER_LENGTH, sortParameter } from './query.ts';
import { PAGE_STATES } from './states.ts';
import { renderTime } from './times.ts';
import { renderTokens } from './token-table.ts';
import type { View } from './view.ts';

/** The exporter's version and the targets of the links. */
export interface PageOptions {
  readonly telemetryPath: string;
  /** Path prefix that a reverse proxy removes. */
  readonly prefix: string;
  readonly build: BuildInfo;
}

/** Refresh intervals in seconds. The shorter one applies while the page waits for an account. */
const REFRESH_SECONDS = { waiting: 5, normal: 60 };

/**
 * Renders the page. On each update, the page's script replaces the `data-live` elements with those of the new page. It
 * finds them, and the focused element inside them, by id.
 */
export function renderPage(view: View, { telemetryPath, prefix, build }: PageOptions): string {
  const runbooks = `${prefix}/runbooks`;
  const waiting = view.accounts.some(({ latest }) => latest.outcome === undefined);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${headline(view)} · Point One tokens</title>
<link rel="icon" href="${ICON}">
<style>${STYLES}</style>
</head>
<body>
<a class="skip" href="#tokens-heading">Skip to tokens</a>
<header>
<h1>Point One tokens</h1>
<p class="asof" id="as-of" data-live data-refresh="${waiting ? REFRESH_SECONDS.waiting : REFRESH_SECONDS.normal}">as of ${renderTime(view.at)}</p>
<button type="button" id="pause" aria-pressed="false" hidden>Pause updates</button>
</header>
<main>
<p id="trouble" role="alert"></p>
<p id="announcement" class="visually-hidden" role="status"></p>
<section id="overview" data-live aria-label="Overview">
${renderOverview(view)}
</section>
<section>
<h2>Accounts</h2>
<div id="accounts" data-live>
${renderAccounts(view, runbooks)}
</div>
</section>
<section>
<h2 id="tokens-heading" tabindex="-1">Tokens</h2>
${filterForm(view)}
<div id="tokens" data-live>
${renderTokens(view, runbooks)}
</div>
<details id="legend"><summary>Meaning of the states</summary>
<dl>
${PAGE_STATES.map(
  (
    state,
  ) => html`<dt><span class="badge ${state}">${STATE_MESSAGES[state].label}</span></dt><dd>${STATE_MESSAGES[state].description}</dd>
`,
)}</dl>
<p>The two marks on the lifetime bar show where the state of a token becomes warning and critical.</p>
</details>
</section>
</main>
<footer>
<nav aria-label="Exporter"><ul>
<li><a href="${prefix}${telemetryPath}">${telemetryPath}</a> metrics of all accounts, fetched for each scrape</li>
<li><code>/probe?account=NAME</code> metrics of one account</li>
<li><a href="${prefix}/sd">/sd</a> the accounts as targets for Prometheus HTTP service discovery</li>
<li><a href="${prefix}/-/healthy">/-/healthy</a> and <a href="${prefix}/-/ready">/-/ready</a> liveness and readiness of the exporter</li>
</ul></nav>
<p>The data is at most 15 seconds older than the time at the top. ${documentation(build)}. Each alert has a
<a href="${runbooks}/">runbook</a>.</p>
<p>pointone-token-exporter ${build.version}, revision ${build.revision}, Node ${build.nodeVersion}</p>
</footer>
<script type="module">${SCRIPT}</script>
</body>
</html>
`.markup;
}

/** Renders a reference to the documentation: a link if package.json contains a homepage. */
function documentation({ homepage }: BuildInfo): Html {
  return homepage === undefined
    ? html`Documentation: README.md, installed with the exporter`
    : html`<a href="${homepage}" rel="noreferrer">Documentation</a> (also in README.md, installed with the exporter)`;
}

function filterForm({ query }: View): Html {
  return html`<form id="filter" role="search" aria-label="Tokens">
<label for="q">Filter</label>
<input type="search" id="q" name="q" value="${query.filter}" maxlength="${MAX_FILTER_LENGTH}" placeholder="name, account, role, state …" autocomplete="off" spellcheck="false">
<input type="hidden" id="sort" name="sort" value="${sortParameter(query)}">
<button type="submit">Filter</button>
</form>`;
}
