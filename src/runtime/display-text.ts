/**
 * One character that is invisible, or changes how its neighbours read: controls, marks and overrides of direction,
 * separators of lines, tags, fillers, blanks without width or ink. What writing needs stays: the joiners (U+200C,
 * U+200D), and a variation selector that makes an emoji of the character before it. For `replace` and `matchAll`, as
 * its flag g would make `test` depend on the call before.
 */
export const INVISIBLE_CHARACTER =
  /(?![\u200c\u200d])(?!(?<=\p{Extended_Pictographic}|[#*\d](?=.\u20e3))[\ufe0e\ufe0f])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** A text of nothing but spaces and joiners, each harmless among letters: it looks as if it were empty. */
export const BLANK_STRING = /^[\p{Zs}\u200c\u200d]+$/u;

/** A character's name for people: `U+001B`. */
export function codePointName(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/**
 * A text of at most so many code points, the last of them an ellipsis where something was cut. Code points, so that no
 * character is cut in two.
 */
export function truncate(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const codePoints = [...text.slice(0, 2 * maxLength + 1)];
  return codePoints.length <= maxLength ? text : `${codePoints.slice(0, maxLength - 1).join('')}…`;
}

/**
 * A text from elsewhere as a terminal may show it: `<U+001B>` in place of an escape. So is the vertical bar, with which
 * monitoring systems take performance data to begin, and a text that would look empty.
 */
export function escapeInvisible(text: string): string {
  if (BLANK_STRING.test(text)) return Array.from(text, placeholder).join('');
  return text.replace(INVISIBLE_CHARACTER, placeholder).replaceAll('|', placeholder);
}

/** JSON whose texts a terminal may show: the same characters, as escapes that every parser undoes. */
export function escapeInvisibleInJson(json: string): string {
  return json.replace(INVISIBLE_CHARACTER, (character) => (character === '\n' ? character : jsonEscape(character)));
}

function placeholder(character: string): string {
  return `<${codePointName(character)}>`;
}

function jsonEscape(character: string): string {
  return Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
    .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
    .join('');
}
