import { DEFAULT_THRESHOLDS, type Thresholds } from './urgency.ts';

/** Defines how the tokens of an account are grouped, and when a group is urgent. */
export interface UrgencyPolicy {
  /**
   * Returns the name of the group of a token. Tokens with the same group name and role are successors of each other. By
   * default it is the token's own name.
   */
  groupName(tokenName: string): string;
  /** Returns the thresholds of a group. */
  thresholds(groupName: string): Thresholds;
}

/** The names of tokens that follow each other in a rotation. */
export interface TokenNameGroup {
  readonly name: string;
  /** Patterns that match a whole name: `*` is any number of characters, `?` is one character. */
  readonly match: readonly string[];
}

/** The policy of an account as plain data, so that two configurations can be compared. */
export interface PolicyConfig {
  /** A name belongs to the first group with a pattern that matches. */
  readonly tokenNames: readonly TokenNameGroup[];
  readonly thresholds: Thresholds;
  /** The groups with their own thresholds. */
  readonly names: readonly { readonly name: string; readonly thresholds: Thresholds }[];
}

/** Creates the policy of an account. */
export function createPolicy({ tokenNames, thresholds, names }: PolicyConfig): UrgencyPolicy {
  const named = new Map(names.map((group) => [group.name, group.thresholds]));
  return {
    groupName: tokenNames.length === 0 ? (tokenName) => tokenName : cached((name) => findGroup(name, tokenNames)),
    thresholds: (groupName) => named.get(groupName) ?? thresholds,
  };
}

/** Groups tokens by their own names and applies the default thresholds. */
export const DEFAULT_POLICY = createPolicy({ tokenNames: [], thresholds: DEFAULT_THRESHOLDS, names: [] });

function findGroup(tokenName: string, groups: readonly TokenNameGroup[]): string {
  return groups.find(({ match }) => match.some((pattern) => matchesPattern(tokenName, pattern)))?.name ?? tokenName;
}

/** Reports whether a pattern certainly matches every name that another pattern matches. */
export function coversPattern(pattern: string, other: string): boolean {
  if (pattern === other) return true;
  // The `*` of the other pattern is matched like any text. Only `?` could wrongly match it, as a single character.
  return !(pattern.includes('?') && other.includes('*')) && matchesPattern(other, pattern);
}

/** Limits of the cache, because names come from the API. Longer names are matched each time. */
const MAX_CACHED_NAMES = 10_000;
const MAX_CACHED_LENGTH = 256;

/** Caches the results of a function. Each scrape needs the group of every token, and most names stay the same. */
function cached(groupName: (tokenName: string) => string): (tokenName: string) => string {
  const cache = new Map<string, string>();
  return (tokenName) => {
    const known = cache.get(tokenName);
    if (known !== undefined) return known;
    const name = groupName(tokenName);
    if (tokenName.length > MAX_CACHED_LENGTH) return name;
    if (cache.size >= MAX_CACHED_NAMES) cache.clear();
    cache.set(tokenName, name);
    return name;
  };
}

/**
 * Reports whether a pattern matches a whole text. A mismatch only moves the last `*`, so the time is linear in the length
 * of the text, unlike that of a regular expression (https://research.swtch.com/glob).
 */
function matchesPattern(text: string, pattern: string): boolean {
  let at = 0;
  let inPattern = 0;
  /** Where to continue after a mismatch: behind the last `*`, and behind the text that it matches so far. */
  let retry: { inPattern: number; at: number } | undefined;
  while (at < text.length) {
    const wanted = pattern[inPattern];
    if (wanted === '*') {
      inPattern += 1;
      retry = { inPattern, at };
    } else if (wanted === '?') {
      inPattern += 1;
      at += characterLength(text, at);
    } else if (wanted === text[at]) {
      inPattern += 1;
      at += 1;
    } else if (retry !== undefined) {
      // Inside a surrogate pair, the rest of the pattern matches only what it matched at the beginning of the pair.
      retry.at += 1;
      ({ inPattern, at } = retry);
    } else {
      return false;
    }
  }
  return /^\**$/.test(pattern.slice(inPattern));
}

/** Returns the number of UTF-16 code units of the character at a position. */
function characterLength(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}
