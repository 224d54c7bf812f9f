import { BLANK, codePointName, UNSEEN } from '../runtime/display-text.ts';

/**
 * A text from elsewhere as a terminal may show it: `<U+001B>` in place of an escape. So is the vertical bar, with which
 * monitoring systems take performance data to begin, and a text that would look empty.
 */
export function visible(text: string): string {
  if (BLANK.test(text)) return Array.from(text, named).join('');
  return text.replace(UNSEEN, named).replaceAll('|', named);
}

/** JSON whose texts a terminal may show: the same characters, as escapes that every parser undoes. */
export function visibleJson(json: string): string {
  return json.replace(UNSEEN, (character) => (character === '\n' ? character : escaped(character)));
}

function named(character: string): string {
  return `<${codePointName(character)}>`;
}

function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
    .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
    .join('');
}
