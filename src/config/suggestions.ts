import { COMMANDS, type Command, SETTINGS, type Setting, type SettingName, TOKEN_VARIABLE } from './settings.ts';

/** Names that other programs use, by what they are called here. Lower-case, words separated by dashes. */
const SYNONYMS: Readonly<Record<string, SettingName>> = {
  port: 'webListenAddress',
  p: 'webListenAddress',
  listen: 'webListenAddress',
  host: 'webListenAddress',
  bind: 'webListenAddress',
  url: 'apiEndpoint',
  uri: 'apiEndpoint',
  f: 'configFile',
  token: 'apiTokenFile',
  key: 'apiTokenFile',
  password: 'apiTokenFile',
  credential: 'apiTokenFile',
  credentials: 'apiTokenFile',
  t: 'apiTimeout',
  debug: 'logLevel',
  verbose: 'logLevel',
  w: 'warning',
  c: 'configFile',
  o: 'output',
};

/** The flags of monitoring plugins, which the command check resembles. */
const PLUGIN_SYNONYMS: Readonly<Record<string, SettingName>> = { ...SYNONYMS, c: 'critical' };

const FLAGS = new Map(
  Object.entries<Setting<unknown>>(SETTINGS).map(([name, { flag }]) => [flag, name as SettingName]),
);

/** Variables without their common prefix. */
const PREFIX = /^POINTONE_/i;
const VARIABLES = new Map(
  [TOKEN_VARIABLE, ...Object.values<Setting<unknown>>(SETTINGS).map(({ variable }) => variable)]
    .filter((variable) => variable !== undefined)
    .map((variable) => [variable.replace(PREFIX, ''), variable]),
);

/** Returns the setting that an unknown flag most likely means. */
export function suggestFlag(flag: string, command: Command = 'serve'): SettingName | undefined {
  const name = flag.replace(/^-+/, '').replace(PREFIX, '');
  const similar = nearest(name.replace(/^no-/, ''), [...FLAGS.keys()]);
  return synonym(name, command) ?? (similar === undefined ? undefined : FLAGS.get(similar));
}

/** Returns the variable that an unknown variable most likely means. */
export function suggestVariable(variable: string): string | undefined {
  const name = variable.replace(PREFIX, '');
  const similar = nearest(name, [...VARIABLES.keys()]);
  if (similar !== undefined) return VARIABLES.get(similar);
  const setting = synonym(name, 'serve');
  return setting === 'apiTokenFile' ? TOKEN_VARIABLE : setting && (SETTINGS[setting] as Setting<unknown>).variable;
}

/** Returns the command that an unknown command most likely means. */
export function suggestCommand(name: string): Command | undefined {
  return name === 'run' || name === 'start' ? 'serve' : nearest(name, Object.keys(COMMANDS) as Command[]);
}

function synonym(name: string, command: Command): SettingName | undefined {
  const synonyms = command === 'check' ? PLUGIN_SYNONYMS : SYNONYMS;
  const word = normalize(name).replace(/^(?:api|web)-/, '');
  return Object.hasOwn(synonyms, word) ? synonyms[word] : undefined;
}

/** A name is similar if fewer than this share of its characters differ. */
const MAX_DIFFERENCE = 0.35;

/** A longer name is not a misspelled one. */
const MAX_LENGTH = 60;

/** Disadvantage of a name that is only part of the candidate: at its end, or anywhere else. */
const END_PENALTY = 0.05;
const PART_PENALTY = 0.1;

/** Returns the candidate that is most similar to the name. Users also omit words: `endpoint` is `api.endpoint`. */
export function nearest<Name extends string>(name: string, candidates: readonly Name[]): Name | undefined {
  const wanted = normalize(name);
  if (wanted.length > MAX_LENGTH) return undefined;
  let best: { readonly candidate: Name; readonly difference: number } | undefined;
  for (const candidate of candidates) {
    const difference = Math.min(
      ...parts(normalize(candidate)).map(([part, penalty]) => differs(wanted, part) + penalty),
    );
    if (difference < (best?.difference ?? MAX_DIFFERENCE)) best = { candidate, difference };
  }
  return best?.candidate;
}

function normalize(name: string): string {
  return name.toLowerCase().replace(/[._]/g, '-');
}

/** Returns each sequence of words of a name, with its penalty. */
function parts(name: string): [part: string, penalty: number][] {
  const words = name.split('-');
  return words.flatMap((_, start) =>
    words.slice(start).map((_word, length): [string, number] => {
      const end = start + length + 1;
      const penalty = end < words.length ? PART_PENALTY : start > 0 ? END_PENALTY : 0;
      return [words.slice(start, end).join('-'), penalty];
    }),
  );
}

/**
 * Returns the share of characters that differ: the optimal string alignment distance by the length of the longer
 * string. Two swapped characters count as one difference.
 */
function differs(a: string, b: string): number {
  const characters = [...a];
  let previous: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [index, character] of characters.entries()) {
    const next = [index + 1];
    for (const [column, other] of [...b].entries()) {
      const replaced = (row[column] ?? 0) + (character === other ? 0 : 1);
      const isSwapped = column > 0 && character === b[column - 1] && characters[index - 1] === other;
      const swapped = isSwapped ? (previous[column - 1] ?? 0) + 1 : replaced;
      next.push(Math.min(replaced, swapped, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    previous = row;
    row = next;
  }
  return (row[b.length] ?? 0) / Math.max(a.length, b.length, 1);
}
