/** What became of a text that a person wrote: its value, or what is wrong with it, to be read after its name. */
export type Parsed<Value> = { readonly value: Value } | { readonly problem: string };

export interface Parser<Value> {
  /** What a value looks like, for help and documentation. */
  readonly accepts: string;
  parse(nonEmptyString: string): Parsed<Value>;
}

/** Whether a text holds what begins as a token does: it went astray then, and no message may repeat it. */
export function looksLikeToken(text: string): boolean {
  return /eyJ[\w-]{10,}/.test(text);
}

/** The text as it may be shown: quoted, cut when it is long, and not at all when it looks like a token. */
export function quoteForMessage(text: string): string {
  if (looksLikeToken(text)) return 'what looks like a token';
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

export function rejectValue<Value>(text: string, accepts: string): Parsed<Value> {
  return { problem: `${quoteForMessage(text)} is not accepted; expected ${accepts}` };
}

export const boolean: Parser<boolean> = {
  accepts: 'true or false',
  parse: (text) =>
    text === 'true' || text === 'false' ? { value: text === 'true' } : rejectValue(text, boolean.accepts),
};

/** Any text, made well-formed Unicode as every label is. */
export const text: Parser<string> = {
  accepts: 'a text',
  parse(value) {
    if (value === '') return { problem: 'must not be empty' };
    if (looksLikeToken(value)) return { problem: 'looks like a token itself, which would show' };
    return { value: value.toWellFormed() };
  },
};

/** The name of an environment variable. Anything else is not repeated: it may be the token itself. */
export const environmentVariableName: Parser<string> = {
  accepts: 'the name of an environment variable',
  parse: (value) =>
    /^[A-Za-z_]\w*$/.test(value)
      ? { value }
      : { problem: `is no such name; expected ${environmentVariableName.accepts} that holds the token` },
};

/** A path. One that looks like a token is taken for a mistake, and kept out of every message. */
export const filePath: Parser<string> = {
  accepts: 'the path of a file',
  parse(value) {
    if (value === '') return { problem: `must not be empty; expected ${filePath.accepts}` };
    if (looksLikeToken(value)) {
      return { problem: 'looks like a token itself; expected the path of a file that holds it' };
    }
    return { value };
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

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Prometheus' own grammar: units from large to small, each once (model.ParseDuration of prometheus/common). */
const DURATION = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;
const DURATION_UNITS_MS = [365 * DAY, 7 * DAY, DAY, HOUR, MINUTE, SECOND, 1];

/** A duration as Prometheus writes it, in milliseconds: `500ms`, `10s`, `1h30m`; within the given bounds. */
export function duration(min: string, most: string, examples = '500ms, 10s or 1m30s'): Parser<number> {
  const accepts = `a duration from ${min} to ${most}, such as ${examples}`;
  const bounds = { least: parseDuration(min) ?? 0, most: parseDuration(most) ?? 0 };
  return {
    accepts,
    parse(text) {
      const value = parseDuration(text);
      return value === undefined || value < bounds.least || value > bounds.most
        ? rejectValue(text, accepts)
        : { value };
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

/** A number of bytes with its unit: `8MiB`. */
export function size(least: string, most: string): Parser<number> {
  const accepts = `a size from ${least} to ${most} in B, KiB, MiB or GiB, such as 8MiB`;
  const bounds = { least: parseSize(least) ?? 0, most: parseSize(most) ?? 0 };
  return {
    accepts,
    parse(text) {
      const value = parseSize(text);
      return value === undefined || value < bounds.least || value > bounds.most
        ? rejectValue(text, accepts)
        : { value };
    },
  };
}

function parseSize(text: string): number | undefined {
  const match = /^(\d+)(B|KiB|MiB|GiB)$/.exec(text);
  return match === null ? undefined : Number(match[1]) * (SIZE_UNITS[match[2] ?? ''] ?? Number.NaN);
}

export function integer(least: number, most: number): Parser<number> {
  const accepts = `a whole number from ${least} to ${most}`;
  return {
    accepts,
    parse(text) {
      const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
      return value >= least && value <= most ? { value } : rejectValue(text, accepts);
    },
  };
}
