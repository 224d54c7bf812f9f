/** The variables of the process, or of a test. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A variable's text without the white space around it; empty when it is unset. */
export function variableText(environment: Environment, variable: string): string {
  return (Object.hasOwn(environment, variable) && environment[variable]?.trim()) || '';
}
