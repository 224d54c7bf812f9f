/** Something wrong with what a person wrote. Never holds a secret. */
export interface Problem {
  /** The flag, the variable, or the file with its line. */
  readonly where: string;
  /** What is wrong and what is accepted, to be read after `where`. */
  readonly what: string;
}

/** A heading, and a line for each. */
export function describeProblems(problems: readonly Problem[]): string {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  const lines = problems.map((problem) => `  ${problemLine(problem)}`);
  return [`pointone-token-exporter: ${count} with the settings`, ...lines].join('\n');
}

export function problemLine({ where, what }: Problem): string {
  return `${where}: ${what}`;
}
