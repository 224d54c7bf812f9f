import { parseArgs } from 'node:util';
import { looksLikeToken } from './parsers.ts';
import type { Problem } from './problem.ts';
import { COMMANDS, type Command, SETTINGS, type Setting, type SettingName } from './settings.ts';
import { type UnknownArgument, unexpectedArgument, unknownFlag } from './unknown-arguments.ts';

/** A command line split into command and flags. The values are not parsed yet. */
export interface CommandLine {
  readonly command: Command;
  readonly help: boolean;
  readonly version: boolean;
  /** The values of the flags. If a flag is repeated, the last one wins. */
  readonly values: ReadonlyMap<SettingName, string>;
  readonly problems: readonly Problem[];
  /** Whether an unknown argument probably names the credential, or the file with the accounts. */
  readonly mayNameCredential: boolean;
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
  const seen = new Set<string>();
  const args = [...tokenize(argv)];
  const commands = args.flatMap(({ flag, value }) => (flag === undefined && isCommand(value) ? [value] : []));
  const command = commands[0] ?? 'serve';
  const unknown = args.flatMap((argument, index) => {
    if (argument.flag !== undefined) return parseFlag(argument, values, seen, command) ?? [];
    return isCommand(argument.value) ? [] : unexpectedArgument(argument.value, args[index - 1]?.flag);
  });
  const problems = unknown.map(({ problem }) => problem);
  if (commands.length > 1) problems.push({ location: commands.join(' '), message: 'only one command is allowed' });
  problems.push(...flagsOfOtherCommands(values.keys(), command));
  return {
    command,
    help: seen.has('help'),
    version: seen.has('version'),
    values,
    problems,
    mayNameCredential: unknown.some((argument) => argument.mayNameCredential),
  };
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
    const value =
      token.value ?? (next?.kind === 'positional' && takesValue(token.name, next.value) ? next.value : undefined);
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

/** The argument after an unknown flag is most likely its value, and not a second mistake. */
function takesValue(flag: string, next: string): boolean {
  const setting = BY_FLAG.get(flag);
  if (setting !== undefined) return !isBooleanFlag(SETTINGS[setting]);
  return flag !== 'help' && flag !== 'version' && !isCommand(next);
}

/** Stores a flag. Returns a problem if it is unknown, lacks its value, or takes no value but has one. */
function parseFlag(
  { flag: name, value, displayName: location }: Extract<Argument, { flag: string }>,
  values: Map<SettingName, string>,
  seen: Set<string>,
  command: Command,
): UnknownArgument | undefined {
  const problem = (message: string) => ({ problem: { location, message }, mayNameCredential: false });
  if (name === 'help' || name === 'version') {
    if (value !== undefined) return problem('takes no value');
    seen.add(name);
    return undefined;
  }
  const setting = BY_FLAG.get(name);
  if (setting === undefined) return unknownFlag(name, location, command);
  if (value === undefined && !isBooleanFlag(SETTINGS[setting]))
    return problem(`needs a value; expected ${SETTINGS[setting].parser.accepts}`);
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

function isCommand(name: string | undefined): name is Command {
  return name !== undefined && Object.hasOwn(COMMANDS, name);
}
