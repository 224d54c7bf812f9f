/** The selected values of the dashboard's variables. A variable that is missing has the value "All". */
export type Selection = Readonly<Record<string, readonly string[]>>;

/** Replaces the variables of a dashboard as Grafana does for its Prometheus data source. */
export function interpolate(expression: string, choice: Selection = {}): string {
  return expression.replaceAll(/\$(\w+)/g, (_, name: string) => {
    // Grafana uses four scrape intervals, and at least a minute. The tests scrape every second.
    if (name === '__rate_interval') return '1m';
    if (name.startsWith('__')) throw new Error(`no value for $${name}`);
    const chosen = (choice[name] ?? []).map(escapeForRegex);
    if (chosen.length === 0) return '.*';
    return chosen.length === 1 ? `${chosen[0]}` : `(${chosen.join('|')})`;
  });
}

/** Escapes for the regular expression and for the string around it. Grafana does not escape double quotes. */
function escapeForRegex(value: string): string {
  if (value.includes('"')) throw new Error('Grafana would break the query');
  return value.replaceAll('\\', '\\\\\\\\').replaceAll(/[$^*{}[\]'+?.()|]/g, '\\\\$&');
}
