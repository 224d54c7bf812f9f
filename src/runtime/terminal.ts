const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, magenta: 35 } as const;
export type Color = keyof typeof CODES;

/** Colours a text, or leaves it as it is. */
export type Paint = (text: string, color: Color) => string;

export const ansiColors: Paint = (text, color) => `\u001b[${CODES[color]}m${text}\u001b[0m`;
export const noColors: Paint = (text) => text;

/**
 * Colours are for terminals. Whoever sets NO_COLOR (https://no-color.org) wants none anywhere, and FORCE_COLOR wants
 * them in a pipe as well, as logs of a continuous integration show them. An empty variable is an unset one.
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
/** Emoji, and what East Asian scripts write; the property of Unicode itself is not known to regular expressions. */
const WIDE =
  /^(?:\p{Emoji_Presentation}|.\ufe0f|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Yi}\p{Script=Tangut}\u3000-\u303e\u3200-\u33ff\uff01-\uff60\uffe0-\uffe6])/u;
/** UTF-16 units. A letter can bear any number of marks and still be one column; no language and no emoji needs as many. */
const MAX_GRAPHEME_UNITS = 64;
const ONLY_MARKS = /^[\p{M}\u200c\u200d]+$/u;

/** The columns that a text takes on most terminals. It must hold no control characters. */
export function displayWidth(text: string): number {
  if (PRINTABLE_ASCII.test(text)) return text.length;
  let width = 0;
  for (const { segment } of GRAPHEMES.segment(text)) width += graphemeWidth(segment);
  return width;
}

/** The text itself when it fits into so many columns, else its beginning and `…`; no character is cut in two. */
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
