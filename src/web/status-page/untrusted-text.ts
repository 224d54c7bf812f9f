import { BLANK, codePointName, UNSEEN } from '../../runtime/display-text.ts';
import { shortened } from '../../runtime/shortened.ts';
import { type Html, html } from './html.ts';

/** In code points. What is longer is cut, or a single token could fill the page. */
const LONGEST = 256;

/** With the separator in a group, every second part of a split text is one. */
const BETWEEN = { unseen: new RegExp(`(${UNSEEN.source})`, 'u'), blanks: /([\p{Zs}\u200c\u200d])/u };

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A text that came from elsewhere: whatever it holds is seen, and what stands beside it keeps its direction. */
export function untrusted(text: string): Html {
  const parts = shortened(text, LONGEST)
    .split(BLANK.test(text) ? BETWEEN.blanks : BETWEEN.unseen)
    .map((part, index) => (index % 2 === 0 ? html`${part}` : html`<span class="unseen">${nameOf(part)}</span>`));
  return html`<bdi>${parts}</bdi>`;
}

/**
 * A text that came from elsewhere, or words of ours where it is empty: a gap looks as if the page were broken.
 *
 * @param otherwise of a name what the command `check` says, too
 */
export function named(text: string, otherwise = '(no name)'): Html {
  return text === '' ? html`<span class="absent">${otherwise}</span>` : untrusted(text);
}

function nameOf(character: string): string {
  return SHORT[character] ?? codePointName(character);
}
