import { parseArgs } from 'node:util';
import { looksLikeToken } from './parsers.ts';
import type { Problem } from './problem.ts';
import { COMMANDS, type Command, SETTINGS, type Setting, type SettingName, TOKEN_VARIABLE } from './settings.ts';

/** A command line split into command and flags. The values are not parsed yet. */
export interface CommandLine {
  readonly command: Command;
  readonly help: boolean;
  readonly version: boolean;
  /** The values of the flags. If a flag is repeated, the last one wins. */
  readonly values: ReadonlyMap<SettingName, string>;
  readonly problems: readonly Problem[];
}

const BY_FLAG = new Map(
  Object.entries(SETTINGS).map(([name, setting]) => [setting.flag as string, name as SettingName]),
);

/** Declares only --help: parseArgs would use the argument after a declared flag as its value, even another flag. */
const OPTIONS = { help: { type: 'boolean', short: 'h' } } as const;

/**
 * Parses the command line and reports every problem.
 *
 * @param argv the arguments, without Node and the script
 */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  const values = new Map<SettingName, string>();
  const commands: Command[] = [];
  const problems: Problem[] = [];
  const seen = new Set<string>();

  for (const argument of tokenize(argv)) {
    if (argument.flag === undefined) {
      if (isCommand(argument.value)) commands.push(argument.value);
      else problems.push(unknownCommand(argument.value));
    } else {
      const problem = parseFlag(argument.flag, argument.value, values, seen);
      if (problem !== undefined) problems.push({ location: argument.displayName, message: problem });
    }
  }
  if (commands.length > 1) problems.push({ location: commands.join(' '), message: 'only one command is allowed' });
  const command = commands[0] ?? 'serve';
  problems.push(...flagsOfOtherCommands(values.keys(), command));
  return { command, help: seen.has('help'), version: seen.has('version'), values, problems };
}

type Argument =
  | { readonly flag: undefined; readonly value: string }
  | { readonly flag: string; readonly value: string | undefined; readonly displayName: string };

/** Yields the flags with their values, and the positional arguments. */
function* tokenize(argv: readonly string[]): Generator<Argument> {
  // parseArgs reads `-flag` as one short flag per letter. With two more dashes, it is one flag with the name `-flag`.
  const args = argv.map((argument) => (/^-[^-]/.test(argument) && argument !== '-h' ? `--${argument}` : argument));
  const { tokens } = parseArgs({ args, options: OPTIONS, strict: false, allowPositionals: true, tokens: true });
  let valueIndex = -1;
  for (const [position, token] of tokens.entries()) {
    if (token.kind === 'positional' && token.index !== valueIndex) yield { flag: undefined, value: token.value };
    if (token.kind !== 'option') continue;
    const next = tokens[position + 1];
    const value = token.value ?? (next?.kind === 'positional' && takesValue(token.name) ? next.value : undefined);
    if (value !== token.value) valueIndex = next?.index ?? -1;
    yield { flag: token.name, value, displayName: displayName(token.name) };
  }
}

/** Returns the flag as given, or a generic name for anything that may be a misplaced secret. */
function displayName(name: string): string {
  const isPlain = /^[\w.-]{1,40}$/.test(name) && !looksLikeToken(name);
  if (name.startsWith('-')) return isPlain ? name : 'an argument with one dash';
  return isPlain ? `--${name}` : 'an argument with two dashes';
}

function takesValue(flag: string): boolean {
  const setting = BY_FLAG.get(flag);
  return setting !== undefined && !isBooleanFlag(SETTINGS[setting]);
}

/** Stores a flag. Returns a problem if it is unknown, lacks its value, or takes no value but has one. */
function parseFlag(
  name: string,
  value: string | undefined,
  values: Map<SettingName, string>,
  seen: Set<string>,
): string | undefined {
  if (name === 'help' || name === 'version') {
    if (value !== undefined) return 'takes no value';
    seen.add(name);
    return undefined;
  }
  const setting = BY_FLAG.get(name);
  if (setting === undefined) return unknownFlag(name);
  if (value === undefined && !isBooleanFlag(SETTINGS[setting]))
    return `needs a value; expected ${SETTINGS[setting].parser.accepts}`;
  values.set(setting, value ?? 'true');
  return undefined;
}

/** Reports flags of other commands: they would have no effect. */
function flagsOfOtherCommands(names: Iterable<SettingName>, command: Command): Problem[] {
  return Array.from(names, (name): Setting<unknown> => SETTINGS[name]).flatMap(({ flag, command: owner }) =>
    owner === undefined || owner === command
      ? []
      : [{ location: `--${flag}`, message: `only valid for the command ${owner}` }],
  );
}

function isBooleanFlag(setting: (typeof SETTINGS)[SettingName]): boolean {
  return !('placeholder' in setting);
}

function isCommand(name: string): name is Command {
  return Object.hasOwn(COMMANDS, name);
}

function unknownFlag(name: string): string {
  if (name.startsWith('-')) return 'unknown flag; flags begin with two dashes (--help lists them)';
  if (name !== 'api.token') return 'unknown flag; --help lists all flags';
  return `unknown flag: secrets do not belong on a command line; use --api.token-file or the variable ${TOKEN_VARIABLE}`;
}

/** Quotes only a short lower-case word: anything else may be a misplaced secret. */
function unknownCommand(name: string): Problem {
  const location = /^[a-z][a-z-]{0,15}$/.test(name) ? name : 'an argument';
  const commands = Object.keys(COMMANDS)
    .join(', ')
    .replace(/, ([^,]*)$/, ' or $1');
  return { location, message: `unknown command; expected ${commands} (--help describes them)` };
}
