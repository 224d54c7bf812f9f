/** The labels in which replicas of one exporter differ. Only these labels are aggregated away. */
const REPLICA_LABELS = ['instance', 'pod', 'container', 'node'] as const;

const ACCOUNT_VARIABLES = ['job', 'instance', 'account'] as const;
const TOKEN_VARIABLES = [...ACCOUNT_VARIABLES, 'role', 'name'] as const;

const matchSelected = (variables: readonly string[]): string[] => variables.map((name) => `${name}=~"$${name}"`);

/** Matches the selected values and an absent label: for example, an alert on an account has no label `name`. */
const matchSelectedOrAbsent = (variables: readonly string[]): string[] =>
  variables.map((name) => `${name}=~"$${name}|"`);

function select(metric: string, matchers: readonly string[]): string {
  return `${metric}{${matchers.join(', ')}}`;
}

/** Selects a metric of tokens. */
export function ofTokens(metric: string, ...matchers: readonly string[]): string {
  return select(metric, [...matchers, ...matchSelected(TOKEN_VARIABLES)]);
}

/** Selects a metric of accounts. */
export function ofAccounts(metric: string, ...matchers: readonly string[]): string {
  return select(metric, [...matchers, ...matchSelected(ACCOUNT_VARIABLES)]);
}

/** Selects a metric of targets, which has no label `account`. */
export function ofTargets(metric: string): string {
  return select(metric, matchSelected(['job', 'instance']));
}

/** Selects a metric of expected tokens. An expected token may have no role. */
export function ofExpectations(metric: string): string {
  return select(metric, [
    ...matchSelected(TOKEN_VARIABLES.filter((name) => name !== 'role')),
    ...matchSelectedOrAbsent(['role']),
  ]);
}

/** Selects the alerts of this exporter. Token alerts have all these labels except `instance`; others have fewer. */
export function ofAlerts(metric: string, ...matchers: readonly string[]): string {
  return select(metric, ['alertname=~"PointOne.*"', ...matchers, ...matchSelectedOrAbsent(TOKEN_VARIABLES)]);
}

/** Aggregates over all replicas, and over the labels in `more`. */
export function acrossReplicas(how: 'max' | 'min' | 'sum', expression: string, ...more: readonly string[]): string {
  return `${how} without (${[...REPLICA_LABELS, ...more].join(', ')}) (\n${indented(expression)}\n)`;
}

export function indented(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}
