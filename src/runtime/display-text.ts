/**
 * One character that is invisible, or changes how its neighbours read: controls, marks and overrides of direction,
 * separators of lines, tags, fillers, blanks without width or ink. What writing needs stays: the joiners (U+200C,
 * U+200D), and a variation selector that makes an emoji of the character before it. For `replace` and `matchAll`, as
 * its flag g would make `test` depend on the call before.
 */
export const UNSEEN =
  /(?![\u200c\u200d])(?!(?<=\p{Extended_Pictographic}|[#*\d](?=.\u20e3))[\ufe0e\ufe0f])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** A text of nothing but spaces and joiners, each harmless among letters: it looks as if it were empty. */
export const BLANK = /^[\p{Zs}\u200c\u200d]+$/u;

/** A character's name for people: `U+001B`. */
export function codePointName(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
