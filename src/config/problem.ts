/** Something wrong with what a person wrote. Never holds a secret. */
export interface Problem {
  /** The flag, the variable, or the file with its line. */
  readonly location: string;
  /** What is wrong and what is accepted, to be read after `where`. */
  readonly message: string;
}

/** A heading, and a line for each. */
export function formatProblems(problems: readonly Problem[]): string {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  const lines = problems.map((problem) => `  ${formatProblem(problem)}`);
  return [`pointone-token-exporter: ${count} with the settings`, ...lines].join('\n');
}

export function formatProblem({ location, message: what }: Problem): string {
  return `${location}: ${what}`;
}
