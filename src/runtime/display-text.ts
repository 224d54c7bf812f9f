/**
 * Matches a character that is invisible or changes how its neighbours are displayed: control characters, direction
 * marks and overrides, line separators, tags, fillers and zero-width spaces.
 *
 * It does not match joiners (U+200C, U+200D), or a variation selector that turns the preceding character into an emoji,
 * because written text needs them. Use the pattern with `replace` and `matchAll`: the flag `g` makes the result
 * of `test` depend on the previous call.
 */
export const INVISIBLE_CHARACTER =
  /(?![\u200c\u200d])(?!(?<=\p{Extended_Pictographic}|[#*\d](?=.\u20e3))[\ufe0e\ufe0f])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** Matches a string of only spaces and joiners, which looks empty. */
export const BLANK_STRING = /^[\p{Zs}\u200c\u200d]+$/u;

/** Formats a character's code point as `U+001B`. */
export function codePointName(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/**
 * Truncates a string to at most `maxLength` code points, including an ellipsis at the end. It counts code points so as
 * not to split a surrogate pair.
 */
export function truncate(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const codePoints = [...text.slice(0, 2 * maxLength + 1)];
  return codePoints.length <= maxLength ? text : `${codePoints.slice(0, maxLength - 1).join('')}…`;
}

/**
 * Makes an untrusted string safe for terminals by replacing invisible characters with placeholders such as `<U+001B>`.
 * It also replaces all characters of a string that looks empty, and the vertical bar, which starts the performance data
 * of monitoring plugins.
 */
export function escapeInvisible(text: string): string {
  if (BLANK_STRING.test(text)) return Array.from(text, placeholder).join('');
  return text.replace(INVISIBLE_CHARACTER, placeholder).replaceAll('|', placeholder);
}

/** Makes JSON safe for terminals: invisible characters become JSON escapes, so that the parsed value is the same. */
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
