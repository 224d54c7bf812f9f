import type { YAMLError } from 'yaml';

/**
 * Messages by error code of the parser. The parser's own messages quote the file, which may contain a token. Errors that
 * the parser reports as a consequence of an earlier one have `cascades`.
 */
const SYNTAX_ERRORS: Readonly<Record<string, { readonly message: string; readonly cascades?: true }>> = {
  BAD_ALIAS: { message: 'undefined alias; define its anchor (&name) before the alias (*name)' },
  BAD_DIRECTIVE: { message: 'unknown directive; quote a string that begins with %' },
  BAD_DQ_ESCAPE: { message: 'invalid escape sequence in double quotes; use single quotes, or \\\\ for a backslash' },
  BAD_INDENT: {
    message: 'wrong indentation or a missing bracket; indent keys of one mapping equally, and close each [ and {',
    cascades: true,
  },
  BAD_SCALAR_START: { message: 'a string that begins with a reserved character (such as @, ` or %) must be quoted' },
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'wrong indentation, or a colon is missing; check this line and the next one',
    cascades: true,
  },
  BLOCK_IN_FLOW: { message: 'unexpected block inside brackets; write the items between commas', cascades: true },
  DUPLICATE_KEY: { message: 'duplicate key; the keys of a mapping must be unique' },
  MISSING_CHAR: {
    message: 'a quote, colon, comma, dash or bracket is missing here or on an earlier line',
    cascades: true,
  },
  MULTILINE_IMPLICIT_KEY: {
    message: 'a colon, or the space after it, is missing; expected key: value',
    cascades: true,
  },
  MULTIPLE_DOCS: { message: 'the file must not contain multiple documents; remove the line --- and what follows' },
  TAB_AS_INDENT: { message: 'tabs are not allowed for indentation; use spaces' },
  TAG_RESOLVE_FAILED: { message: 'unknown tag; quote a string that begins with !' },
  UNEXPECTED_TOKEN: { message: 'unexpected text; check the quotes and brackets of this line', cascades: true },
};

/** More precise messages, by the beginning of the parser's message. */
const MISSING_CHARACTERS: readonly (readonly [start: string, message: string])[] = [
  ['Implicit map keys', 'a colon is missing; expected key: value'],
  ['Sequence item without', 'wrong indentation, or the dash of a list item is missing'],
  ['Missing closing', 'the closing quote of a string is missing; check the lines before'],
];

/** A syntax error, with its position in the text. */
export interface SyntaxProblem {
  readonly position: number;
  readonly message: string;
}

/** Describes the errors of the parser, without those that follow from an earlier one. */
export function syntaxProblems(errors: readonly YAMLError[]): SyntaxProblem[] {
  let hasCascaded = false;
  return errors.flatMap(({ pos, code, message }) => {
    const known = SYNTAX_ERRORS[code];
    if (known?.cascades && hasCascaded) return [];
    hasCascaded ||= known?.cascades === true;
    const precise = MISSING_CHARACTERS.find(([start]) => message.startsWith(start))?.[1];
    return [
      { position: pos[0], message: `invalid YAML: ${precise ?? known?.message ?? `cannot be parsed (${code})`}` },
    ];
  });
}
