import { Marked, type Tokens } from 'marked';
import { type Html, html, trusted } from '../status-page/html.ts';

/** A link from one runbook to another, or to README.md, which lists them. */
const PAGE_LINK = /^(\w+)\.md(#.*)?$/;
const EXTERNAL_LINK = /^(https?:|#)/;

/**
 * Renders a runbook. A link to another runbook stays a link; a link to another file of the repository becomes text with
 * the path of that file, because the exporter does not serve it.
 *
 * @param markdown the text of a file in docs/runbooks/, a file of this program
 */
export function renderMarkdown(markdown: string): Html {
  return trusted(MARKED.parse(markdown, { async: false }));
}

const MARKED = new Marked({
  renderer: {
    heading({ tokens, depth, text }: Tokens.Heading): string {
      return `<h${depth} id="${headingId(text)}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
    },
    link({ href, tokens }: Tokens.Link): string {
      const text = trusted(this.parser.parseInline(tokens));
      if (EXTERNAL_LINK.test(href)) return html`<a href="${href}" rel="noreferrer">${text}</a>`.markup;
      const [, page, fragment = ''] = PAGE_LINK.exec(href) ?? [];
      if (page !== undefined) return html`<a href="${page === 'README' ? './' : page}${fragment}">${text}</a>`.markup;
      const path = new URL(href, 'file:///docs/runbooks/').pathname.slice(1);
      const isNamed = text.markup === path || text.markup === path.replace(/^.*\//, '');
      return html`${text}${isNamed ? '' : html` (<code>${path}</code>)`}`.markup;
    },
    table(token: Tokens.Table): string {
      const rows = token.rows.map(
        (row) => html`<tr>${row.map((cell) => this.tablecell(cell)).map(trusted)}</tr>
`,
      );
      // A wide table scrolls within this element, so the page does not. It can be scrolled with the keyboard too.
      return html`<div class="region" role="group" aria-label="Table" tabindex="0"><table>
<thead><tr>${token.header.map((cell) => trusted(this.tablecell(cell)))}</tr></thead>
<tbody>
${rows}</tbody>
</table></div>
`.markup;
    },
    // The runbooks contain no HTML. A placeholder such as <NAME> is text.
    html({ text }: Tokens.HTML | Tokens.Tag): string {
      return html`${text}`.markup;
    },
  },
});

/** Returns the id that GitHub gives a heading, so that links to it work there and here. It needs no escaping. */
function headingId(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-');
}
