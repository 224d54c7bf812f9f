import { GRAPHQL_NAME } from '../model/status.ts';
import { escapeInvisible } from '../runtime/display-text.ts';
import { truncateToColumns } from '../runtime/terminal.ts';
import { looksLikeSecret, MAX_INSPECTED, shapeOf } from './shape.ts';

/**
 * Decides what a diagnosis may show. Its output is pasted into public bug reports, and the API's strings can be anything.
 * The methods return a short printable string for every value.
 */
export interface Masking {
  /** Whether names and descriptions of tokens are shown. */
  readonly showNames: boolean;
  /** Returns a status, role, enum value, field name or claim name if `isWord`, and otherwise what it looks like. */
  word(value: string): string;
  /** Reports whether `word` shows the value: it is a GraphQL name and not part of a secret. */
  isWord(value: string): boolean;
  /** Returns other text of the API, such as a header's value, if it is printable ASCII and not part of a secret. */
  text(value: string): string;
  /** Returns a token's name or description if names are shown and it is not part of the credential. */
  name(value: string): string;
  /** Replaces every part of the credential in a finished line by asterisks of the same length. */
  redact(line: string): string;
}

/** A part of the credential of this length identifies it. Shorter ones occur by chance. */
const MAX_SHARED_LENGTH = 8;

const MAX_TEXT_COLUMNS = 60;

/**
 * Creates the masking of a report.
 *
 * @param credentials the exporter's credentials, printable ASCII, those of all accounts: one may be a token of another's list
 */
export function createMasking(credentials: readonly string[], { showNames }: { readonly showNames: boolean }): Masking {
  const parts = partsOf(credentials.map(lowerCase));
  // A short credential without its punctuation would hide every text with a few of its letters.
  const bareParts = partsOf(credentials.map(bare).filter(({ length }) => length >= MAX_SHARED_LENGTH));
  const contains = (value: string): boolean => {
    const inspected = value.slice(0, MAX_INSPECTED);
    return findParts(comparable(inspected), parts).length > 0 || findParts(bare(inspected), bareParts).length > 0;
  };
  const isWord = (value: string): boolean => GRAPHQL_NAME.test(value) && !contains(value) && !looksLikeSecret(value);

  /** Describes a value that is not shown. */
  const describe = (value: string): string => {
    if (value === '') return '(empty)';
    if (contains(value)) return '(hidden: may be part of the credential)';
    if (looksLikeSecret(value)) return `(hidden: ${characters(value)} that look like a secret)`;
    return `(hidden: shape "${shapeOf(value)}", ${characters(value)})`;
  };

  return {
    showNames,
    isWord,
    word: (value) => (isWord(value) ? value : describe(value)),
    text: (value) =>
      /^[\x20-\x7e]*[\x21-\x7e][\x20-\x7e]*$/.test(value.slice(0, MAX_INSPECTED)) &&
      !contains(value) &&
      !looksLikeSecret(value)
        ? truncateToColumns(value.slice(0, MAX_INSPECTED), MAX_TEXT_COLUMNS)
        : describe(value),
    name: (value) => {
      if (!showNames) return '(name hidden)';
      if (value === '' || contains(value)) return describe(value);
      return truncateToColumns(escapeInvisible(value.slice(0, MAX_INSPECTED).toWellFormed()), MAX_TEXT_COLUMNS);
    },
    redact: (line) => redact(line, parts),
  };
}

function characters(value: string): string {
  return `${value.length} ${value.length === 1 ? 'character' : 'characters'}`;
}

/** The parts of credentials that must not be shown, by their length. */
type Parts = ReadonlyMap<number, ReadonlySet<string>>;

function partsOf(credentials: readonly string[]): Parts {
  const parts = new Map<number, Set<string>>();
  for (const credential of credentials) {
    const length = Math.min(MAX_SHARED_LENGTH, credential.length);
    if (length === 0) continue;
    const values = parts.get(length) ?? new Set();
    parts.set(length, values);
    for (let at = 0; at + length <= credential.length; at += 1) values.add(credential.slice(at, at + length));
  }
  return parts;
}

/** Finds the parts of credentials in a text: where they start and end. */
function findParts(text: string, parts: Parts): (readonly [start: number, end: number])[] {
  const found: (readonly [number, number])[] = [];
  for (const [length, values] of parts) {
    for (let start = 0; start + length <= text.length; start += 1) {
      if (values.has(text.slice(start, start + length))) found.push([start, start + length]);
    }
  }
  return found;
}

/** Converts ASCII letters only: the result has the same length, so positions stay valid. */
function lowerCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** Removes what could separate the characters of a credential without a reader's notice, such as zero-width spaces. */
function comparable(text: string): string {
  return lowerCase(text.replace(/[^\x21-\x7e]/g, ''));
}

/** Keeps only letters and digits, so that a credential is found in spite of percent-encoding or added separators. */
function bare(text: string): string {
  const decoded = text.replace(/%([\da-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  return lowerCase(decoded).replace(/[^a-z\d]/g, '');
}

function redact(line: string, parts: Parts): string {
  const found = findParts(lowerCase(line), parts);
  if (found.length === 0) return line;
  const characters = line.split('');
  for (const [start, end] of found) characters.fill('*', start, end);
  return characters.join('');
}
