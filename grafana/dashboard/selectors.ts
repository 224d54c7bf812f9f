/** The labels in which replicas of one exporter differ. Only these labels are aggregated away. */
const REPLICA_LABELS = ['instance', 'pod', 'container', 'node'] as const;

/** The variables of the dashboard, each a label. A selection in one limits the values of the variables after it. */
const TARGET_VARIABLES = ['cluster', 'namespace', 'job', 'instance'] as const;
const ACCOUNT_VARIABLES = [...TARGET_VARIABLES, 'account'] as const;
export const TOKEN_VARIABLES = [...ACCOUNT_VARIABLES, 'role', 'name'] as const;

/**
 * Returns the regular expression of a variable, as a raw string: a name with a quotation mark, a backslash or a line
 * break works. A name with a backtick breaks the query; Grafana has no format that escapes it.
 */
const selected = (name: string, alternative = ''): string => `\`\${${name}:regex}${alternative}\``;

const matchSelected = (variables: readonly string[]): string[] => variables.map((name) => `${name}=~${selected(name)}`);

/** Matches the selected values and an absent label: for example, an alert on an account has no label `name`. */
const matchSelectedOrAbsent = (variables: readonly string[]): string[] =>
  variables.map((name) => `${name}=~${selected(name, '|')}`);

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
  return select(metric, matchSelected(TARGET_VARIABLES));
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

/** Rounds a duration in seconds down to a minute. Otherwise, Grafana shows the milliseconds of the last minute. */
export function wholeMinutes(expression: string): string {
  return `floor((\n${indented(expression)}\n) / 60) * 60`;
}

/** Evaluates an expression at the end of the time range, whatever the time of the evaluation. */
export function atEnd(expression: string): string {
  return expression.replaceAll(/\{[^{}]*(?:\$\{[^}]*\}[^{}]*)*\}/g, '$& @ end()');
}
