/**
 * The colours of the light theme. The dark theme defines the same names. Every text has a contrast of at least 4.5 to its
 * background, which a test measures.
 */
const LIGHT = `
  --ground: #f5f6f8; --surface: #ffffff; --sunk: #eef0f3; --line: #d9dde3; --text: #1a1f26; --quiet: #596270;
  --link: #0b5394; --focus: #1a6fc4;
  --expired: #a3161b; --on-expired: #ffffff;
  --critical: #fbd9d6; --on-critical: #8c1318; --critical-bar: #d92d20;
  --warning: #fde9c4; --on-warning: #744105; --warning-bar: #e08a00;
  --unknown: #e6e0fb; --on-unknown: #4a2fa8;
  --fine: #d7f0e0; --on-fine: #12532f; --fine-bar: #2f9e63;
  --spent: #e6e9ed; --on-spent: #48515e; --spent-bar: #a3abb7;
`;

const DARK = `
  --ground: #101418; --surface: #181d23; --sunk: #222931; --line: #323a44; --text: #e7eaee; --quiet: #a0aab6;
  --link: #7fbcf5; --focus: #7fbcf5;
  --expired: #c9353a; --on-expired: #ffffff;
  --critical: #53191b; --on-critical: #ffb9b4; --critical-bar: #f0564a;
  --warning: #4b3306; --on-warning: #fbd58b; --warning-bar: #f2a93b;
  --unknown: #33275f; --on-unknown: #d4c8ff;
  --fine: #123c26; --on-fine: #a4e4bf; --fine-bar: #43b77a;
  --spent: #2a313a; --on-spent: #b4bdc9; --spent-bar: #67717e;
`;

/** The colours of both themes, as custom properties. */
export const THEME = `:root { color-scheme: light dark; ${LIGHT} }
@media (prefers-color-scheme: dark) { :root { ${DARK} } }`;

export const STYLE_SHEET = `
${THEME}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1.5rem clamp(1rem, 3vw, 2.5rem) 3rem; max-width: 90rem;
  background: var(--ground); color: var(--text);
  font: 0.9375rem/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif;
}
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.25rem 1rem; }
h1 { margin: 0; font-size: 1.0625rem; font-weight: 600; }
h2 { margin: 2rem 0 0.75rem; font-size: 1.0625rem; font-weight: 600; }
p { margin: 0; }
a { color: var(--link); }
a:focus-visible, button:focus-visible, input:focus-visible, summary:focus-visible, .region:focus-visible {
  outline: 2px solid var(--focus); outline-offset: 2px;
}
code { font: 0.875em ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace; }
bdi { white-space: pre-wrap; overflow-wrap: break-word; }
/* Stacked combining marks would otherwise overlap the rows above. */
td bdi, th bdi { display: inline-block; max-width: 18rem; overflow: clip; }
p bdi { display: inline; max-width: none; overflow-wrap: anywhere; }
time, .relative-time, .number, .share, .counts b { font-variant-numeric: tabular-nums; }
.asof { color: var(--quiet); margin-right: auto; }
.skip, .visually-hidden {
  position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
}
.skip:focus { position: static; width: auto; height: auto; margin: 0; clip-path: none; }
.invisible { padding: 0 0.2em; border: 1px solid var(--line); border-radius: 3px; color: var(--quiet); font-size: 0.8em; }
.absent, .description, .detail { color: var(--quiet); }

.headline { margin-top: 1.25rem; font-size: clamp(1.375rem, 3vw, 1.875rem); font-weight: 650; line-height: 1.2; }
.next, .uncounted { margin-top: 0.375rem; color: var(--quiet); }
.uncounted { margin-top: 0.75rem; }
.next strong, .uncounted strong { color: var(--text); }
.counts { display: flex; flex-wrap: wrap; gap: 0.5rem; margin: 1.25rem 0 0; padding: 0; list-style: none; }
.counts li {
  min-width: 6.75rem; border: 1px solid var(--line); border-radius: 10px; background: var(--surface); color: var(--quiet);
}
.counts li > * { display: block; padding: 0.625rem 1rem 0.6875rem; color: inherit; text-decoration: none; }
.counts a:hover span { text-decoration: underline; }
.counts a[aria-current] { border-radius: 9px; box-shadow: inset 0 0 0 2px var(--mark); }
.counts b { display: block; color: var(--text); font-size: 1.625rem; font-weight: 650; line-height: 1.2; }
.counts span::before {
  content: ''; display: inline-block; width: 0.625rem; height: 0.625rem; margin-right: 0.375rem; border-radius: 50%;
  background: var(--mark);
}
.counts .none b { color: var(--quiet); font-weight: 400; }
.counts .none span::before { background: none; box-shadow: inset 0 0 0 1.5px var(--mark); }

.expired { --mark: var(--expired); --badge: var(--expired); --on-badge: var(--on-expired); }
.critical { --mark: var(--critical-bar); --badge: var(--critical); --on-badge: var(--on-critical); }
.warning, .doubtful, .status-unknown { --mark: var(--warning-bar); --badge: var(--warning); --on-badge: var(--on-warning); }
.unknown { --mark: var(--on-unknown); --badge: var(--unknown); --on-badge: var(--on-unknown); }
.fine { --mark: var(--fine-bar); --badge: var(--fine); --on-badge: var(--on-fine); }
.abandoned, .replaced, .revoked { --mark: var(--spent-bar); --badge: var(--spent); --on-badge: var(--on-spent); }
.badge {
  display: inline-block; padding: 0.0625rem 0.5625rem; border-radius: 999px;
  background: var(--badge); color: var(--on-badge); font-size: 0.8125rem; font-weight: 600; white-space: nowrap;
}
a.badge { text-decoration: underline dotted; text-underline-offset: 0.1875em; }
.runbook, .reason { font-size: 0.8125rem; }
.reason { display: block; }

.region { overflow-x: auto; border: 1px solid var(--line); border-radius: 10px; background: var(--surface); }
table { width: 100%; border-collapse: collapse; font-size: 0.875rem; }
th, td { padding: 0.625rem 0.75rem; text-align: left; vertical-align: top; font-weight: 400; }
thead th {
  padding-block: 0.5rem; background: var(--sunk); color: var(--quiet); font-size: 0.8125rem; white-space: nowrap;
}
tbody tr + tr > * { border-top: 1px solid var(--line); }
tbody th { font-weight: 600; min-width: 9rem; }
thead a { color: inherit; text-decoration: none; }
thead a:hover { text-decoration: underline; }
thead [aria-sort] a { color: var(--text); font-weight: 600; }
.number { text-align: right; white-space: nowrap; }
td p { max-width: 46rem; }
td .relative-time, td time { display: block; white-space: nowrap; }
td time { color: var(--quiet); font-size: 0.75rem; }
.description { display: block; font-size: 0.8125rem; font-weight: 400; }
td .badge + strong { margin-left: 0.25rem; }
.tokens td { min-width: 6.25rem; }
.tokens [data-label='Account'] bdi, .tokens [data-label='Role'] bdi, .tokens [data-label='Status'] bdi { max-width: 9rem; }
.tokens .replaced > th, .tokens .revoked > th { font-weight: 400; }
.life { display: block; width: 100%; min-width: 6rem; margin-top: 0.375rem; height: 0.5rem; border-radius: 4px; vertical-align: middle; }
.life .track { fill: var(--spent); }
.life .used { fill: var(--mark); }
.life .marks { stroke: var(--text); stroke-width: 1.5px; vector-effect: non-scaling-stroke; }
.share { white-space: nowrap; }

form { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem; margin-bottom: 0.75rem; }
input, button {
  padding: 0.375rem 0.75rem; border: 1px solid var(--quiet); border-radius: 8px;
  background: var(--surface); color: inherit; font: inherit;
}
input { flex: 1 1 14rem; max-width: 26rem; min-width: 0; }
input::placeholder { color: var(--quiet); opacity: 1; }
button { cursor: pointer; }
button[aria-pressed='true'] { background: var(--text); color: var(--ground); }
.scripted form button { display: none; }
#shown { margin-bottom: 0.5rem; color: var(--quiet); }
/* Sticky, because the tokens below may not match the current filter until the next update. */
#trouble:not(:empty) {
  position: sticky; top: 0.5rem; z-index: 2; margin-top: 1rem; padding: 0.625rem 0.875rem; border-radius: 8px; background: var(--warning); color: var(--on-warning);
}
details { margin-top: 0.75rem; }
summary { cursor: pointer; width: fit-content; }
details > .region { margin-top: 0.5rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.375rem 1rem; margin: 0.75rem 0; }
dd { margin: 0; }
footer { margin-top: 2.5rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--quiet); }
footer ul { display: grid; grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr)); gap: 0.25rem 1.5rem; padding: 0; list-style: none; }
footer p { margin-top: 0.5rem; overflow-wrap: anywhere; }

@media (max-width: 44rem) {
  header { align-items: center; }
  h1 { margin-right: auto; }
  .asof { order: 1; width: 100%; }
  .counts { display: grid; grid-template-columns: repeat(auto-fill, minmax(6.25rem, 1fr)); }
  .counts li { min-width: 0; font-size: 0.8125rem; }
  .counts li > * { padding: 0.5rem 0.75rem; }
  .region { overflow: visible; border: 0; background: none; }
  /*
   * Tables do not fit a phone. Each row becomes a card ("tbody tr", below) with the row's heading as its title. No element
   * around it may keep a table display. The markup contains table roles, because browsers drop the implicit roles of
   * tables that are not displayed as tables.
   */
  table, thead, tbody, tr, tbody th, td { display: block; }
  thead th { display: inline-block; padding: 0.25rem 0.75rem 0.25rem 0; background: none; }
  /* The headings of the tokens stay visible, because they are links for sorting. Headings of accounts have no links. */
  table:not(.tokens) thead { display: none; }
  tbody tr {
    position: relative; margin-top: 0.625rem; padding: 0.75rem 0.875rem; border: 1px solid var(--line);
    border-radius: 10px; background: var(--surface);
  }
  tbody tr > *, tbody tr + tr > * { padding: 0.125rem 0; border: 0; }
  /*
   * Each cell shows the label of its column on the left. The label spans more rows than a cell ever has, so that the
   * content of the cell is stacked on the right.
   */
  td[data-label] { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); }
  td[data-label]::before {
    content: attr(data-label); grid-row: 1 / span 9; color: var(--quiet); font-size: 0.8125rem; line-height: 1.75;
  }
  td > * { grid-column: 2; justify-self: start; }
  .tokens thead tr::before { content: 'Sort by'; margin-right: 0.75rem; color: var(--quiet); font-size: 0.8125rem; }
  /* Accounts have few values: labels are above them, and two cells share a line. */
  table:not(.tokens) tbody tr { display: grid; grid-template-columns: minmax(0, 2fr) minmax(0, 3fr); column-gap: 1rem; }
  table:not(.tokens) td[data-label] { display: block; }
  table:not(.tokens) td[data-label]::before { display: block; }
  table:not(.tokens) tbody th, table:not(.tokens) td[data-label='State'] { grid-column: 1 / -1; }
  /*
   * The state needs no label. A badge without text goes to the upper right corner of the card. The state of an unhealthy
   * account contains sentences and takes the whole width. The selector starts with "table" to have the specificity of
   * the rules for accounts above.
   */
  table td[data-label='State']::before { content: none; }
  .tokens td[data-label='State'], table .healthy td[data-label='State'] {
    display: block; grid-column: auto; position: absolute; top: 0.75rem; right: 0.875rem; min-width: 0;
  }
  /* Space for the badge in the corner. */
  .tokens tbody th { margin-bottom: 0.25rem; padding-right: 8rem; }
  td bdi, th bdi, .tokens [data-label] bdi { max-width: 100%; }
  .number { text-align: left; }
  .life { justify-self: stretch; }
  dl { grid-template-columns: 1fr; }
  dd { margin-bottom: 0.5rem; }
}
@media (forced-colors: active) { .badge, .counts li { border: 1px solid; } }
@media print {
  :root { color-scheme: light; ${LIGHT} }
  body { padding: 0; max-width: none; }
  form, #pause, .skip, footer nav { display: none; }
  .region { overflow: visible; }
  .badge { border: 1px solid; background: none; color: #000; }
  .life, .counts span::before { print-color-adjust: exact; }
  table, thead th, td time, .description, .badge { font-size: 0.6875rem; }
  td .relative-time, td time { white-space: normal; }
  th, td { padding: 0.25rem 0.3125rem; }
  .tokens td, tbody th, .life { min-width: 0; }
  td bdi, th bdi, .tokens [data-label] bdi { max-width: 8rem; overflow-wrap: anywhere; }
  tr { break-inside: avoid; }
}
`;
