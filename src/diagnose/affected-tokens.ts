import { formatCount, formatNumber } from '../health/formats.ts';
import type { Token } from '../model/token.ts';
import type { RequestedField } from '../pointone/token-parser.ts';
import type { Masking } from './masking.ts';

/** A token as listed. */
export interface ListedToken {
  readonly item: Readonly<Record<string, unknown>>;
  readonly token: Token;
  /** The position in the list, from 1. */
  readonly position: number;
  /** The fields that the API could not read, according to the errors beside the list. */
  readonly failedFields: ReadonlySet<RequestedField>;
}

/** The tokens with some property: their number, and a label for a few of them. */
export interface Affected {
  readonly count: number;
  /** `#3` is the third token of the list. Its name follows if names are shown. */
  readonly examples: readonly string[];
}

/** Maximum number of tokens that a statement labels. */
export const MAX_EXAMPLES = 5;

export function collectAffected(
  tokens: readonly ListedToken[],
  applies: (listed: ListedToken) => boolean,
  masking: Masking,
): Affected {
  const affected = tokens.filter(applies);
  return {
    count: affected.length,
    examples: affected.slice(0, MAX_EXAMPLES).map((token) => tokenLabel(token, masking)),
  };
}

/** Returns the label of a token: its position, and on request its name and description. */
export function tokenLabel({ token, position }: ListedToken, masking: Masking): string {
  if (!masking.showNames) return `#${position}`;
  const description = token.description === '' ? '' : ` (${masking.name(token.description)})`;
  return `#${position} ${masking.name(token.name)}${description}`;
}

/** Combines the tokens of two properties that exclude each other. */
export function joinAffected(a: Affected, b: Affected): Affected {
  return { count: a.count + b.count, examples: [...a.examples, ...b.examples].slice(0, MAX_EXAMPLES) };
}

/** Returns, for example, `2 tokens (#3, #7)`. */
export function describeAffected(affected: Affected): string {
  return `${formatCount(affected.count, 'token')} (${exampleList(affected)})`;
}

/** Returns, for example, `2 (#3, #7)`. */
export function countAffected(affected: Affected): string {
  return affected.count === 0 ? '0' : `${formatNumber(affected.count)} (${exampleList(affected)})`;
}

/** Returns, for example, `2 of 9 tokens (#3, #7)`, or `every token`. */
export function describeShare(affected: Affected, tokens: number): string {
  if (affected.count === tokens) return 'every token';
  return `${formatNumber(affected.count)} of ${formatCount(tokens, 'token')} (${exampleList(affected)})`;
}

function exampleList({ count, examples }: Affected): string {
  return `${examples.join(', ')}${count > examples.length ? ', ...' : ''}`;
}
