const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, magenta: 35 } as const;
export type Color = keyof typeof CODES;

/** Colours a text, or leaves it as it is. */
export type Paint = (text: string, color: Color) => string;

export const colored: Paint = (text, color) => `\u001b[${CODES[color]}m${text}\u001b[0m`;
export const plain: Paint = (text) => text;

/**
 * Colours are for terminals. Whoever sets NO_COLOR (https://no-color.org) wants none anywhere, and FORCE_COLOR wants
 * them in a pipe as well, as logs of a continuous integration show them. An empty variable is an unset one.
 */
export function wantsColor(isTerminal: boolean, environment: Readonly<Record<string, string | undefined>>): boolean {
  if (environment['NO_COLOR']) return false;
  const forced = environment['FORCE_COLOR'];
  if (forced) return forced !== '0' && forced !== 'false';
  return isTerminal && environment['TERM'] !== 'dumb';
}
