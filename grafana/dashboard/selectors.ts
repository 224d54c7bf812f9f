/** The labels in which replicas of one exporter differ. They are the only ones aggregated away. */
const REPLICA_LABELS = ['instance', 'pod', 'container', 'node'] as const;

const ACCOUNT_VARIABLES = ['job', 'instance', 'account'] as const;
const TOKEN_VARIABLES = [...ACCOUNT_VARIABLES, 'role', 'name'] as const;

const chosen = (variables: readonly string[]): string[] => variables.map((name) => `${name}=~"$${name}"`);

/** Matches what is chosen and what has no such label at all, as an alert on an account has no name of a token. */
const chosenOrNone = (variables: readonly string[]): string[] => variables.map((name) => `${name}=~"$${name}|"`);

function select(metric: string, matchers: readonly string[]): string {
  return `${metric}{${matchers.join(', ')}}`;
}

/** A metric of each token. */
export function ofTokens(metric: string, ...matchers: readonly string[]): string {
  return select(metric, [...matchers, ...chosen(TOKEN_VARIABLES)]);
}

/** A metric of each account. */
export function ofAccounts(metric: string, ...matchers: readonly string[]): string {
  return select(metric, [...matchers, ...chosen(ACCOUNT_VARIABLES)]);
}

/** A metric of each target, which knows nothing of accounts. */
export function ofTargets(metric: string): string {
  return select(metric, chosen(['job', 'instance']));
}

/** The tokens that the exporter's configuration expects; an expectation need not name a role. */
export function ofExpectations(metric: string): string {
  return select(metric, [...chosen(TOKEN_VARIABLES.filter((name) => name !== 'role')), ...chosenOrNone(['role'])]);
}

/** The alerts of this exporter. Those on tokens have all these labels but `instance`, others fewer. */
export function ofAlerts(metric: string, ...matchers: readonly string[]): string {
  return select(metric, ['alertname=~"PointOne.*"', ...matchers, ...chosenOrNone(TOKEN_VARIABLES)]);
}

/** Makes one series of those of all replicas, and of those that differ in `more`. */
export function acrossReplicas(how: 'max' | 'min' | 'sum', expression: string, ...more: readonly string[]): string {
  return `${how} without (${[...REPLICA_LABELS, ...more].join(', ')}) (\n${indented(expression)}\n)`;
}

export function indented(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}
