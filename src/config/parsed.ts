/** What became of a text that a person wrote: its value, or what is wrong with it, to be read after its name. */
export type Parsed<Value> = { readonly value: Value } | { readonly problem: string };

export interface Parser<Value> {
  /** What a value looks like, for help and documentation. */
  readonly accepts: string;
  parse(text: string): Parsed<Value>;
}

/** Whether a text holds what begins as a token does: it went astray then, and no message may repeat it. */
export function looksLikeToken(text: string): boolean {
  return /eyJ[\w-]{10,}/.test(text);
}

/** The text as it may be shown: quoted, cut when it is long, and not at all when it looks like a token. */
export function quoted(text: string): string {
  if (looksLikeToken(text)) return 'what looks like a token';
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

export function notAccepted<Value>(text: string, accepts: string): Parsed<Value> {
  return { problem: `${quoted(text)} is not accepted; expected ${accepts}` };
}
