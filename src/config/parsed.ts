/** What became of a text that a person wrote: its value, or what is wrong with it, to be read after its name. */
export type Parsed<Value> = { readonly value: Value } | { readonly problem: string };

export interface Parser<Value> {
  /** What a value looks like, for help and documentation. */
  readonly accepts: string;
  parse(text: string): Parsed<Value>;
}

/** The text as it may be shown: quoted, and cut when it is long. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

export function not<Value>(text: string, accepts: string): Parsed<Value> {
  return { problem: `${quoted(text)} is not accepted; expected ${accepts}` };
}
