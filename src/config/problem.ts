/** A problem with a setting or a configuration file. Never contains a secret. */
export interface Problem {
  /** The flag, the variable, or the file and line. */
  readonly location: string;
  /** What is wrong and what is accepted. Printed after the location. */
  readonly message: string;
}

/** Formats a heading, followed by one line per problem. */
export function formatProblems(problems: readonly Problem[]): string {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  const lines = problems.map((problem) => `  ${formatProblem(problem)}`);
  return [`pointone-token-exporter: invalid configuration (${count})`, ...lines].join('\n');
}

export function formatProblem({ location, message }: Problem): string {
  return `${location}: ${message}`;
}
