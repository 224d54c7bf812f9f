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
  for (const [index, content] of contents.entries()) markup += markupOf(content) + (strings[index + 1] ?? '');
  return new Html(markup);
}

/**
 * Takes a text for markup as it stands, unescaped. For `assets.ts` alone, whose texts are files of this program; whatever
 * came from elsewhere, or holds anything that did, goes through `html`.
 */
export function trusted(markup: string): Html {
  return new Html(markup);
}

function markupOf(content: Content): string {
  if (content === undefined) return '';
  if (content instanceof Html) return content.markup;
  if (typeof content === 'object') return content.map(markupOf).join('');
  return escaped(String(content));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
