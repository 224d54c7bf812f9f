import { GRAPHQL_NAME } from '../model/status.ts';

/** The result of parsing a string: the value or a problem. Messages put the name of the setting before the problem. */
export type Parsed<Value> = { readonly value: Value } | { readonly problem: string };

export interface Parser<Value> {
  /** The accepted values, for help and messages. */
  readonly accepts: string;
  parse(text: string): Parsed<Value>;
}

/** Reports whether a string contains the beginning of a JWT: a misplaced token, which no message may quote. */
export function looksLikeToken(text: string): boolean {
  return /eyJ[\w-]{10,}/.test(text);
}

/** Quotes a string for a message: long strings are truncated, and strings that look like a token are not shown. */
export function quoteForMessage(text: string): string {
  if (looksLikeToken(text)) return '(looks like a token; not shown)';
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

export function rejectValue<Value>(text: string, accepts: string): Parsed<Value> {
  return { problem: `invalid value ${quoteForMessage(text)}; expected ${accepts}` };
}

export const boolean: Parser<boolean> = {
  accepts: 'true or false',
  parse: (text) =>
    text === 'true' || text === 'false' ? { value: text === 'true' } : rejectValue(text, boolean.accepts),
};

/** Parses a label value. Converts it to well-formed Unicode, like all label values. */
export const nonEmptyString: Parser<string> = {
  accepts: 'a non-empty string',
  parse(value) {
    if (value === '') return { problem: 'must not be empty' };
    if (looksLikeToken(value)) return { problem: 'looks like a token; expected a name, not a secret' };
    return { value: value.toWellFormed() };
  },
};

/** Parses the name of an environment variable. The problem does not quote the value, which may be a token. */
export const environmentVariableName: Parser<string> = {
  accepts: 'the name of an environment variable',
  parse: (value) =>
    /^[A-Za-z_]\w*$/.test(value)
      ? { value }
      : { problem: `invalid name; expected ${environmentVariableName.accepts} that contains the token` },
};

/** Notations that shells and other programs replace, and this program does not. */
const UNEXPANDED: readonly (readonly [notation: RegExp, problem: string])[] = [
  [/^~[\w.-]*(?:\/|$)/, '~ is not expanded; write the path of the home directory'],
  [/\$\{|\$\(|(?:^|\/)\$[A-Za-z_]\w*(?=\/|$)/, 'variables such as $HOME are not expanded; write the whole path'],
  [/^%[a-zA-Z]\//, 'specifiers such as %d are expanded only in unit files of systemd; write the whole path'],
  [/^file:/i, 'must be a path and not a URL; remove file://'],
  [/^["'`]/, 'begins with a quote, which is part of the value here; remove the quotes'],
  [/^\s|\s$/, 'begins or ends with white space; remove it'],
  [/^-$/, 'standard input is not supported, because the file is read again later; expected a file path'],
];

/** Returns the problem with a path that would be used literally, against the intention of its author. */
export function unexpandedProblem(path: string): string | undefined {
  return UNEXPANDED.find(([notation]) => notation.test(path))?.[1];
}

/** Parses a path. A path that looks like a token is rejected and never quoted. */
export const filePath: Parser<string> = {
  accepts: 'a file path',
  parse(value) {
    if (value === '') return { problem: `must not be empty; expected ${filePath.accepts}` };
    if (looksLikeToken(value)) {
      return { problem: 'looks like a token; expected the path of the file that contains the token' };
    }
    const problem = unexpandedProblem(value);
    return problem === undefined ? { value } : { problem };
  },
};

export function oneOf<const Choice extends string>(choices: readonly Choice[]): Parser<Choice> {
  const accepts = choices.join(', ').replace(/, ([^,]*)$/, ' or $1');
  return {
    accepts,
    parse(value) {
      const choice = choices.find((known) => known === value);
      return choice === undefined ? rejectValue(value, accepts) : { value: choice };
    },
  };
}

/** Parses a list of statuses. They are values of a GraphQL enum, and so names. */
export const statusList: Parser<readonly string[]> = {
  accepts: 'names of statuses separated by commas, such as DISABLED,SUSPENDED',
  parse(text) {
    const statuses = text.split(',').map((status) => status.trim());
    return statuses.every((status) => GRAPHQL_NAME.test(status))
      ? { value: statuses }
      : rejectValue(text, statusList.accepts);
  },
};

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Matches a Prometheus duration: each unit at most once, largest first (model.ParseDuration of prometheus/common). */
const DURATION = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;
const DURATION_UNITS_MS = [365 * DAY, 7 * DAY, DAY, HOUR, MINUTE, SECOND, 1];

/** Parses a duration in Prometheus' format (`500ms`, `10s`, `1h30m`) to milliseconds, within the given bounds. */
export function duration(min: string, max: string, examples = '500ms, 10s or 1m30s'): Parser<number> {
  const accepts = `a duration from ${min} to ${max}, such as ${examples}`;
  const bounds = { min: parseDuration(min) ?? 0, max: parseDuration(max) ?? 0 };
  return {
    accepts,
    parse(text) {
      const value = parseDuration(text);
      return value === undefined || value < bounds.min || value > bounds.max ? rejectValue(text, accepts) : { value };
    },
  };
}

function parseDuration(text: string): number | undefined {
  if (text === '0') return 0;
  const match = DURATION.exec(text);
  if (match === null || text === '') return undefined;
  return DURATION_UNITS_MS.reduce((sum, unit, index) => sum + Number(match[index + 1] ?? 0) * unit, 0);
}

const SIZE_UNITS: Readonly<Record<string, number>> = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

/** Parses a size with a unit (`8MiB`) to bytes, within the given bounds. */
export function size(min: string, max: string): Parser<number> {
  const accepts = `a size from ${min} to ${max} in B, KiB, MiB or GiB, such as 8MiB`;
  const bounds = { min: parseSize(min) ?? 0, max: parseSize(max) ?? 0 };
  return {
    accepts,
    parse(text) {
      const value = parseSize(text);
      return value === undefined || value < bounds.min || value > bounds.max ? rejectValue(text, accepts) : { value };
    },
  };
}

function parseSize(text: string): number | undefined {
  const match = /^(\d+)(B|KiB|MiB|GiB)$/.exec(text);
  return match === null ? undefined : Number(match[1]) * (SIZE_UNITS[match[2] ?? ''] ?? Number.NaN);
}

export function integer(min: number, max: number): Parser<number> {
  const accepts = `an integer from ${min} to ${max}`;
  return {
    accepts,
    parse(text) {
      const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
      return value >= min && value <= max ? { value } : rejectValue(text, accepts);
    },
  };
}
