import { looksLikeToken } from './parsers.ts';
import type { Problem } from './problem.ts';
import { COMMANDS, type Command, SETTINGS, type Setting, type SettingName, TOKEN_VARIABLE } from './settings.ts';
import { suggestCommand, suggestFlag } from './suggestions.ts';

/** The problem with an argument that is neither a command nor a known flag. */
export interface UnknownArgument {
  readonly problem: Problem;
  /** Whether the user probably meant to name the credential, or the file with the accounts. */
  readonly mayNameCredential: boolean;
}

/** How to set the credential, because secrets do not belong on a command line. */
const CREDENTIAL_SETTINGS = `use --${SETTINGS.apiTokenFile.flag} or the variable ${TOKEN_VARIABLE}`;

/** The settings without which a credential may be missing. */
const NAME_CREDENTIAL: ReadonlySet<SettingName | undefined> = new Set(['apiTokenFile', 'configFile']);

/**
 * Describes an unknown flag.
 *
 * @param name the flag without its two dashes
 * @param location the flag for the message, which is not the flag if that may be a secret
 * @param command the command that the flag was given to
 */
export function unknownFlag(name: string, location: string, command: Command): UnknownArgument {
  const program = programFlag(name);
  const suggestion = program === undefined ? suggestFlag(name, command) : undefined;
  return {
    problem: { location, message: `unknown flag${program ?? describeSuggestion(name, suggestion)}` },
    mayNameCredential: NAME_CREDENTIAL.has(suggestion),
  };
}

/** Recognizes the flags that belong to no setting, in the spellings of other programs. */
function programFlag(name: string): string | undefined {
  if (/^-?(?:v|version)$/i.test(name)) return '; did you mean --version?';
  if (/^-?(?:\?|help|usage)$/i.test(name)) return '; did you mean --help?';
  return undefined;
}

function describeSuggestion(name: string, suggestion: SettingName | undefined): string {
  if (suggestion === undefined) {
    return name.startsWith('-') ? '; flags begin with two dashes (--help lists them)' : '; --help lists all flags';
  }
  const { flag, placeholder, command }: Setting<unknown> = SETTINGS[suggestion];
  // A token on the command line is visible to all users, so do not only correct the name of the flag.
  if (suggestion === 'apiTokenFile' && !/file/i.test(name))
    return `: secrets do not belong on a command line; ${CREDENTIAL_SETTINGS}`;
  const value = placeholder === undefined ? (/^-?no-/.test(name) ? '=false' : '') : `=${placeholder}`;
  return `; did you mean --${flag}${value}${command === undefined ? '' : ` of the command ${command}`}?`;
}

/** A dash other than the hyphen at the beginning. Word processors and wikis replace `--` with one. */
const TYPOGRAPHIC_DASH = /^[\u2010-\u2015\u2212]/;

/**
 * Describes an argument without dashes that is not a command. It is quoted only if it is a short lower-case word:
 * anything else may be a misplaced secret.
 *
 * @param precedingFlag the flag before it, if it is a flag
 */
export function unexpectedArgument(argument: string, precedingFlag: string | undefined): UnknownArgument {
  const isWord = /^[a-z][a-z-]{0,15}$/.test(argument);
  const problem = (message: string): Problem => ({ location: isWord ? argument : 'an argument', message });
  if (argument === 'help' || argument === 'version') {
    return { problem: problem(`unknown command; use --${argument}`), mayNameCredential: true };
  }
  if (looksLikeToken(argument)) {
    const message = `looks like a token; secrets do not belong on a command line: ${CREDENTIAL_SETTINGS}`;
    return { problem: problem(message), mayNameCredential: true };
  }
  if (TYPOGRAPHIC_DASH.test(argument)) {
    const message = 'begins with a typographic dash, as word processors write it; flags begin with two hyphens (--)';
    return { problem: problem(message), mayNameCredential: true };
  }
  if ((argument === 'true' || argument === 'false') && precedingFlag !== undefined) {
    return { problem: problem(`unexpected argument; write --${precedingFlag}=${argument}`), mayNameCredential: false };
  }
  if (/\.ya?ml$/.test(argument)) {
    const message = `unexpected file; name a file with accounts with --${SETTINGS.configFile.flag}=FILE`;
    return { problem: problem(message), mayNameCredential: true };
  }
  const setting = /^[\w.-]+(?==)/.exec(argument)?.[0];
  const suggestion = setting === undefined ? undefined : suggestFlag(setting);
  if (suggestion !== undefined) {
    const message = `unexpected argument; flags begin with two dashes: did you mean --${SETTINGS[suggestion].flag}?`;
    return { problem: problem(message), mayNameCredential: NAME_CREDENTIAL.has(suggestion) };
  }
  const command = isWord ? suggestCommand(argument) : undefined;
  const expected =
    command === undefined
      ? `expected ${Object.keys(COMMANDS)
          .join(', ')
          .replace(/, ([^,]*)$/, ' or $1')} (--help describes them)`
      : `did you mean ${command}?`;
  return { problem: problem(`unknown command; ${expected}`), mayNameCredential: !isWord };
}
