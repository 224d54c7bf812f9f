import { BLANK_STRING, codePointName, INVISIBLE_CHARACTER, truncate } from '../../runtime/display-text.ts';

/** Markup, as opposed to text. Only the type is exported, so that only `html` and `trusted` can create instances. */
class Html {
  // The private field makes the type nominal: no other object is assignable to it.
  readonly #markup: string;

  constructor(markup: string) {
    this.#markup = markup;
  }

  get markup(): string {
    return this.#markup;
  }
}

export type { Html };

/** Undefined renders as nothing. */
type Content = string | number | Html | readonly Html[] | undefined;

/** Renders a template. Escapes the values, which may be content or quoted attribute values, but not names. */
export function html(strings: TemplateStringsArray, ...contents: readonly Content[]): Html {
  let markup = strings[0] ?? '';
  for (const [index, content] of contents.entries()) markup += toMarkup(content) + (strings[index + 1] ?? '');
  return new Html(markup);
}

/**
 * Marks a string as markup without escaping it. Only for files of this program: script and style sheets, and the rendered
 * runbooks. Use `html` for everything else.
 */
export function trusted(markup: string): Html {
  return new Html(markup);
}

function toMarkup(content: Content): string {
  if (content === undefined) return '';
  if (content instanceof Html) return content.markup;
  if (typeof content === 'object') return content.map(toMarkup).join('');
  return escapeHtml(String(content));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/** Maximum length in code points. Without it, a single token could fill the page. */
const MAX_DISPLAY_LENGTH = 256;

/** The patterns contain a group, so `split` returns the separators as every second part. */
const SEPARATORS = { invisible: new RegExp(`(${INVISIBLE_CHARACTER.source})`, 'u'), blanks: /([\p{Zs}\u200c\u200d])/u };

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Renders an external string: shows invisible characters and isolates its text direction. */
export function untrusted(text: string): Html {
  const parts = truncate(text, MAX_DISPLAY_LENGTH)
    .split(BLANK_STRING.test(text) ? SEPARATORS.blanks : SEPARATORS.invisible)
    .map((part, index) =>
      index % 2 === 0 ? html`${part}` : html`<span class="invisible">${characterName(part)}</span>`,
    );
  return html`<bdi>${parts}</bdi>`;
}

/** Renders an external string, or a placeholder if it is empty. The default placeholder is the one of `check`. */
export function orPlaceholder(text: string, placeholder = '(no name)'): Html {
  return text === '' ? html`<span class="absent">${placeholder}</span>` : untrusted(text);
}

function characterName(character: string): string {
  return ESCAPES[character] ?? codePointName(character);
}
