import { parseArgs } from 'node:util';
import { looksLikeToken } from './parsers.ts';
import type { Problem } from './problem.ts';
import { COMMANDS, type Command, SETTINGS, type Setting, type SettingName, TOKEN_VARIABLE } from './settings.ts';

/** A command line taken apart, its values not yet understood. */
export interface CommandLine {
  readonly command: Command;
  readonly help: boolean;
  readonly version: boolean;
  /** What the flags say; of a repeated flag the last counts. */
  readonly values: ReadonlyMap<SettingName, string>;
  readonly problems: readonly Problem[];
}

const BY_FLAG = new Map(
  Object.entries(SETTINGS).map(([name, setting]) => [setting.flag as string, name as SettingName]),
);

/** All flags are declared as switches: parseArgs would take the next argument for a value even where that is a flag. */
const OPTIONS = { help: { type: 'boolean', short: 'h' } } as const;

/** @param argv the arguments alone, without the program */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  const values = new Map<SettingName, string>();
  const commands: Command[] = [];
  const problems: Problem[] = [];
  const given = new Set<string>();

  for (const argument of tokenize(argv)) {
    if (argument.flag === undefined) {
      if (isCommand(argument.value)) commands.push(argument.value);
      else problems.push(unknownCommand(argument.value));
    } else {
      const problem = parseFlag(argument.flag, argument.value, values, given);
      if (problem !== undefined) problems.push({ location: argument.written, message: problem });
    }
  }
  if (commands.length > 1) problems.push({ location: commands.join(' '), message: 'only one command can be given' });
  const command = commands[0] ?? 'serve';
  problems.push(...flagsOfOtherCommands(values.keys(), command));
  return { command, help: given.has('help'), version: given.has('version'), values, problems };
}

type Argument =
  | { readonly flag: undefined; readonly value: string }
  | { readonly flag: string; readonly value: string | undefined; readonly written: string };

/** Flags with their values, and the words between them. */
function* tokenize(argv: readonly string[]): Generator<Argument> {
  // parseArgs would see a flag in each letter of a long one with one dash; with three, it is a whole one with a dash.
  const args = argv.map((argument) => (/^-[^-]/.test(argument) && argument !== '-h' ? `--${argument}` : argument));
  const { tokens } = parseArgs({ args, options: OPTIONS, strict: false, allowPositionals: true, tokens: true });
  let taken = -1;
  for (const [position, token] of tokens.entries()) {
    if (token.kind === 'positional' && token.index !== taken) yield { flag: undefined, value: token.value };
    if (token.kind !== 'option') continue;
    const next = tokens[position + 1];
    const value = token.value ?? (next?.kind === 'positional' && takesValue(token.name) ? next.value : undefined);
    if (value !== token.value) taken = next?.index ?? -1;
    yield { flag: token.name, value, written: displayName(token.name) };
  }
}

/** The flag as it was written, unless something else went astray behind its dashes. */
function displayName(name: string): string {
  const plain = /^[\w.-]{1,40}$/.test(name) && !looksLikeToken(name);
  if (name.startsWith('-')) return plain ? name : 'an argument with one dash';
  return plain ? `--${name}` : 'an argument with two dashes';
}

function takesValue(flag: string): boolean {
  const setting = BY_FLAG.get(flag);
  return setting !== undefined && !isBooleanFlag(SETTINGS[setting]);
}

/** @returns what is wrong with the flag, undefined when it could be noted */
function parseFlag(
  name: string,
  value: string | undefined,
  values: Map<SettingName, string>,
  given: Set<string>,
): string | undefined {
  if (name === 'help' || name === 'version') {
    if (value !== undefined) return 'takes no value';
    given.add(name);
    return undefined;
  }
  const setting = BY_FLAG.get(name);
  if (setting === undefined) return unknownFlag(name);
  if (value === undefined && !isBooleanFlag(SETTINGS[setting]))
    return `needs a value; expected ${SETTINGS[setting].parser.accepts}`;
  values.set(setting, value ?? 'true');
  return undefined;
}

/** A flag that is accepted and does nothing would be worse than an unknown one. */
function flagsOfOtherCommands(names: Iterable<SettingName>, command: Command): Problem[] {
  return Array.from(names, (name): Setting<unknown> => SETTINGS[name]).flatMap(({ flag, command: only }) =>
    only === undefined || only === command
      ? []
      : [{ location: `--${flag}`, message: `is a flag of the command ${only} alone` }],
  );
}

function isBooleanFlag(setting: (typeof SETTINGS)[SettingName]): boolean {
  return !('placeholder' in setting);
}

function isCommand(word: string): word is Command {
  return Object.hasOwn(COMMANDS, word);
}

function unknownFlag(name: string): string {
  if (name.startsWith('-')) return 'is no flag of this program; flags begin with two dashes, and --help lists them';
  if (name !== 'api.token') return 'is no flag of this program; --help lists them';
  return `is no flag, since secrets do not belong on a command line; use --api.token-file or the variable ${TOKEN_VARIABLE}`;
}

/** Only a plain short word is repeated: anything else may be a secret that went astray. */
function unknownCommand(word: string): Problem {
  const location = /^[a-z][a-z-]{0,15}$/.test(word) ? word : 'an argument';
  const commands = Object.keys(COMMANDS)
    .join(', ')
    .replace(/, ([^,]*)$/, ' and $1');
  return { location, message: `is no command; there are ${commands}` };
}
