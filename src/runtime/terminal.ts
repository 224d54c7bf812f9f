const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, magenta: 35 } as const;
export type Color = keyof typeof CODES;

/** Styles a string, or returns it unchanged. */
export type Paint = (text: string, color: Color) => string;

export const ansiColors: Paint = (text, color) => `\u001b[${CODES[color]}m${text}\u001b[0m`;
export const noColors: Paint = (text) => text;

/**
 * Reports whether to colour the output: on terminals, unless NO_COLOR (https://no-color.org) is set. FORCE_COLOR also
 * enables colours in pipes, for example in the logs of a CI system. An empty variable counts as unset.
 */
export function supportsColor(isTerminal: boolean, environment: Readonly<Record<string, string | undefined>>): boolean {
  if (environment['NO_COLOR']) return false;
  const forced = environment['FORCE_COLOR'];
  if (forced) return forced !== '0' && forced !== 'false';
  return isTerminal && environment['TERM'] !== 'dumb';
}

const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
const NARROW_FORM = /^[\uff61-\uffdc]/;
/** Emoji and East Asian scripts. Regular expressions do not support the Unicode property East_Asian_Width. */
const WIDE =
  /^(?:\p{Emoji_Presentation}|.\ufe0f|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Yi}\p{Script=Tangut}\u3000-\u303e\u3200-\u33ff\uff01-\uff60\uffe0-\uffe6])/u;
/** Maximum length of a grapheme, in UTF-16 units. Marks take no column, so their number must be limited. */
const MAX_GRAPHEME_UNITS = 64;
const ONLY_MARKS = /^[\p{M}\u200c\u200d]+$/u;

/** Returns the number of columns of a string on most terminals. The string must not contain control characters. */
export function displayWidth(text: string): number {
  if (PRINTABLE_ASCII.test(text)) return text.length;
  let width = 0;
  for (const { segment } of GRAPHEMES.segment(text)) width += graphemeWidth(segment);
  return width;
}

/** Truncates a string to a number of columns, with `…` at the end. Never splits a grapheme of reasonable length. */
export function truncateToColumns(text: string, columns: number): string {
  if (PRINTABLE_ASCII.test(text)) return text.length <= columns ? text : `${text.slice(0, Math.max(columns - 1, 0))}…`;
  let width = 0;
  let kept = '';
  for (const { segment } of GRAPHEMES.segment(text)) {
    width += graphemeWidth(segment);
    if (width > columns) return `${kept}…`;
    const hasRoom = width < columns;
    if (segment.length > MAX_GRAPHEME_UNITS) return `${kept}${hasRoom ? firstCodePoint(segment) : ''}…`;
    if (hasRoom) kept += segment;
  }
  return text;
}

function firstCodePoint(grapheme: string): string {
  return String.fromCodePoint(grapheme.codePointAt(0) ?? 0);
}

function graphemeWidth(grapheme: string): number {
  if (ONLY_MARKS.test(grapheme)) return 0;
  return WIDE.test(grapheme) && !NARROW_FORM.test(grapheme) ? 2 : 1;
}
