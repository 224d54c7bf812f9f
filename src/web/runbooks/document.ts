import { contentSecurityPolicy, ICON } from '../status-page/assets.ts';
import { type Html, html, trusted } from '../status-page/html.ts';
import { THEME } from '../status-page/style-sheet.ts';

const STYLES = trusted(`
${THEME}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1rem clamp(1rem, 4vw, 2.5rem) 4rem; max-width: 52rem;
  background: var(--ground); color: var(--text); overflow-wrap: anywhere;
  font: 1rem/1.6 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif;
}
nav { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; }
nav a { padding-block: 0.375rem; }
h1 { margin: 0.75rem 0 1rem; font-size: clamp(1.25rem, 5vw, 1.75rem); line-height: 1.2; }
h2 { margin: 2rem 0 0.5rem; font-size: 1.1875rem; }
p, ul, ol { margin: 0.75rem 0; }
ul, ol { padding-left: 1.5rem; }
li { margin: 0.375rem 0; }
a { color: var(--link); }
a:focus-visible, .region:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
:target { scroll-margin-top: 1rem; }
code { font: 0.875em ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace; }
/* Commands wrap, so that a phone shows them completely. A copy contains no additional line breaks. */
pre {
  margin: 0.75rem 0; padding: 0.75rem 0.875rem; border: 1px solid var(--line); border-radius: 8px;
  background: var(--surface); white-space: pre-wrap;
}
.region { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.9375rem; }
th, td { padding: 0.375rem 0.75rem 0.375rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
td { min-width: 7rem; overflow-wrap: break-word; }
@media print { nav { display: none; } }
`);

/** Allows only the style sheet of the page. */
export const RUNBOOK_POLICY = contentSecurityPolicy({ styles: STYLES });

export interface RunbookLinks {
  /** False if metrics are served at `/`, so that there is no status page. */
  readonly hasStatusPage: boolean;
}

/** Renders a page of the runbooks. All its links are relative, so that they work behind any reverse proxy. */
export function renderRunbook(title: string, content: Html, { hasStatusPage }: RunbookLinks): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · pointone-token-exporter</title>
<link rel="icon" href="${ICON}">
<style>${STYLES}</style>
</head>
<body>
<nav aria-label="Pages">${hasStatusPage ? html`<a href="../">Status page</a>` : undefined}<a href="./">All runbooks</a></nav>
<main>
${content}</main>
</body>
</html>
`.markup;
}
