import { looksLikeToken, notAccepted, type Parser } from './parsed.ts';

export const boolean: Parser<boolean> = {
  accepts: 'true or false',
  parse: (text) =>
    text === 'true' || text === 'false' ? { value: text === 'true' } : notAccepted(text, boolean.accepts),
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
export const variableName: Parser<string> = {
  accepts: 'the name of an environment variable',
  parse: (value) =>
    /^[A-Za-z_]\w*$/.test(value)
      ? { value }
      : { problem: `is no such name; expected ${variableName.accepts} that holds the token` },
};

/** A path. One that looks like a token is taken for a mistake, and kept out of every message. */
export const path: Parser<string> = {
  accepts: 'the path of a file',
  parse(value) {
    if (value === '') return { problem: `must not be empty; expected ${path.accepts}` };
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
      return choice === undefined ? notAccepted(value, accepts) : { value: choice };
    },
  };
}
