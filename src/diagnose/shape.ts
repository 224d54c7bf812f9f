/** Maximum length of a shape. A longer one says nothing more about a format. */
export const MAX_SHAPE_LENGTH = 40;

/** Maximum length that is inspected. The API may send strings of any size. */
export const MAX_INSPECTED = 512;

/**
 * Describes how a string is written, without its content: letters become `a` or `A`, digits `9`, and other characters
 * than printable ASCII `?`. Punctuation stays, because it makes the format. A grave accent would end a quotation in
 * Markdown, so it becomes `?`.
 */
export function shapeOf(text: string): string {
  const shape = [...text.slice(0, 2 * (MAX_SHAPE_LENGTH + 1))].map(characterShape);
  return shape.length <= MAX_SHAPE_LENGTH ? shape.join('') : `${shape.slice(0, MAX_SHAPE_LENGTH - 3).join('')}...`;
}

function characterShape(character: string): string {
  if (/[a-z]/.test(character)) return 'a';
  if (/[A-Z]/.test(character)) return 'A';
  if (/\d/.test(character)) return '9';
  return /[\x20-\x7e]/.test(character) && character !== '`' ? character : '?';
}

/** Minimum length of a run of letters and digits that can be a key, a hash or a token. */
const MIN_SECRET_LENGTH = 16;

/** How often letters and digits alternate in such a run. A date such as `20260301T090000Z` alternates less often. */
const MIN_ALTERNATIONS = 4;

/** The same for a run with capital and small letters, as in base64. Names of that kind rarely contain digits. */
const MIN_ALTERNATIONS_MIXED_CASE = 2;

/** Reports whether a string contains what looks like a key, a hash or an encoded token rather than words. */
export function looksLikeSecret(text: string): boolean {
  const runs = text.slice(0, MAX_INSPECTED).match(/[A-Za-z\d+/=-]+/g) ?? [];
  return runs.some((run) => {
    if (run.length < MIN_SECRET_LENGTH) return false;
    const alternations = run.match(/\d(?=[A-Za-z])|[A-Za-z](?=\d)/g)?.length ?? 0;
    const isMixedCase = /[a-z]/.test(run) && /[A-Z]/.test(run);
    return alternations >= (isMixedCase ? MIN_ALTERNATIONS_MIXED_CASE : MIN_ALTERNATIONS);
  });
}
