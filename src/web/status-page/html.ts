import { BLANK_STRING, codePointName, INVISIBLE_CHARACTER, truncate } from '../../runtime/display-text.ts';

/** Markup, as opposed to text. Elsewhere it is a type alone, so that nothing but `html` and `trusted` can make it. */
class Html {
  // Private, so that no other object is taken for one because it looks like it.
  readonly #markup: string;

  constructor(markup: string) {
    this.#markup = markup;
  }

  get markup(): string {
    return this.#markup;
  }
}

export type { Html };

/** Undefined is nothing. */
type Content = string | number | Html | readonly Html[] | undefined;

/** Text between tags and within quoted attributes is escaped; what a tag or an attribute is called must be ours. */
export function html(strings: TemplateStringsArray, ...contents: readonly Content[]): Html {
  let markup = strings[0] ?? '';
  for (const [index, content] of contents.entries()) markup += toMarkup(content) + (strings[index + 1] ?? '');
  return new Html(markup);
}

/**
 * Takes a text for markup as it stands, unescaped. For `assets.ts` alone, whose texts are files of this program; whatever
 * came from elsewhere, or holds anything that did, goes through `html`.
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

/** In code points. What is longer is cut, or a single token could fill the page. */
const MAX_DISPLAY_LENGTH = 256;

/** With the separator in a group, every second part of a split text is one. */
const SEPARATORS = { unseen: new RegExp(`(${INVISIBLE_CHARACTER.source})`, 'u'), blanks: /([\p{Zs}\u200c\u200d])/u };

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A text that came from elsewhere: whatever it holds is seen, and what stands beside it keeps its direction. */
export function untrusted(text: string): Html {
  const parts = truncate(text, MAX_DISPLAY_LENGTH)
    .split(BLANK_STRING.test(text) ? SEPARATORS.blanks : SEPARATORS.unseen)
    .map((part, index) => (index % 2 === 0 ? html`${part}` : html`<span class="unseen">${characterName(part)}</span>`));
  return html`<bdi>${parts}</bdi>`;
}

/**
 * A text that came from elsewhere, or words of ours where it is empty: a gap looks as if the page were broken.
 *
 * @param otherwise of a name what the command `check` says, too
 */
export function orPlaceholder(text: string, otherwise = '(no name)'): Html {
  return text === '' ? html`<span class="absent">${otherwise}</span>` : untrusted(text);
}

function characterName(character: string): string {
  return SHORT[character] ?? codePointName(character);
}
