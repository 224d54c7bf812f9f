/**
 * Describes a common mistake in a credential, without any part of it. The API would only respond with 401, as for a revoked
 * token.
 *
 * A valid credential has none of these forms: RFC 6750 allows letters, digits and `-._~+/`, and `=` only at the end.
 *
 * @param text the credential as given, without white space around it
 * @returns the mistake and its correction, to print after the location; undefined if there is none
 */
export function findCredentialMistake(text: string): string | undefined {
  return MISTAKES.find(({ matches }) => matches(text))?.message;
}

interface Mistake {
  readonly matches: (text: string) => boolean;
  readonly message: string;
}

const matching = (pattern: RegExp) => (text: string) => pattern.test(text);

/** The first one that matches applies. */
const MISTAKES: readonly Mistake[] = [
  {
    // The byte order mark, which is not UTF-8, or a NUL beside each character. A shell drops the NULs.
    matches: matching(/^(?:\ufffd\ufffd|(?:[\x20-\x7e]\0|\0[\x20-\x7e]){4})/),
    message: 'is encoded as UTF-16; save it as UTF-8 or ASCII (Windows PowerShell writes UTF-16 by default)',
  },
  {
    matches: matching(/^(?:\$\{.*\}|\$\(.*\)|\$[a-z_]\w*|%[a-z_]\w*%|\{\{.*\}\}|<.*>)$/i),
    message: 'is a placeholder that was not replaced; expected the token itself',
  },
  { matches: matching(/^[{[]/), message: 'is JSON; expected only the token' },
  {
    matches: matching(/^(?:(?:export|setx?)[ \t]+)?[a-z_][\w.-]*[ \t]*=[ \t]*[^=\s]/i),
    message: 'starts with a name and "="; expected only the token',
  },
  {
    matches: matching(/^[a-z_][\w.-]*:[ \t]+\S/i),
    message: 'starts with a name and ":"; expected only the token',
  },
  {
    matches: matching(/^["'`\u201c-\u201e\u2018-\u201a«»]|["'`\u201c-\u201e\u2018-\u201a«»]$/),
    message: 'is in quotes, which are part of the value here; expected only the token',
  },
  {
    matches: isEncodedJwt,
    message: 'is encoded as base64 once more; expected the token itself (a Kubernetes Secret needs one encoding)',
  },
];

/** Reports whether the base64 encoding of a JWT was given instead of the JWT. */
function isEncodedJwt(text: string): boolean {
  if (!/^[a-z\d+/]+={0,2}$/i.test(text)) return false;
  return /^\s*eyJ[\w-]+\.[\w-]+\.[\w-]+\s*$/.test(Buffer.from(text, 'base64').toString('latin1'));
}
