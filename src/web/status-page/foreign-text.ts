import { type Html, html } from './html.ts';

/** In code points. What is longer is cut, or a single token could fill the page. */
const LONGEST = 256;

/**
 * What would be invisible, or would change how its neighbours read: controls, marks and overrides of direction, line
 * separators, blanks without width. The joiners (U+200C, U+200D) stay: emoji and several scripts need them.
 */
const UNSEEN = /([\p{Cc}\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff])/u;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A text that came from elsewhere: whatever it holds is seen, and what stands beside it keeps its direction. */
export function foreign(text: string): Html {
  // With the separator in a group, every second part is one.
  const parts = cut(text)
    .split(UNSEEN)
    .map((part, index) => (index % 2 === 0 ? html`${part}` : html`<span class="unseen">${nameOf(part)}</span>`));
  return html`<bdi>${parts}</bdi>`;
}

function nameOf(character: string): string {
  return SHORT[character] ?? `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}

function cut(text: string): string {
  if (text.length <= LONGEST) return text;
  const codePoints = [...text.slice(0, 2 * LONGEST + 1)];
  return codePoints.length <= LONGEST ? text : `${codePoints.slice(0, LONGEST - 1).join('')}…`;
}
