/** What is chosen at the top of the dashboard; a variable left out is at "All". */
export type Choice = Readonly<Record<string, readonly string[]>>;

/** Fills in a dashboard's variables as Grafana does for its Prometheus data source. */
export function interpolate(expression: string, choice: Choice = {}): string {
  return expression.replaceAll(/\$(\w+)/g, (_, name: string) => {
    // Four scrape intervals, and a minute at least, in the tests that scrape every second.
    if (name === '__rate_interval') return '1m';
    if (name.startsWith('__')) throw new Error(`no value for $${name}`);
    const chosen = (choice[name] ?? []).map(escapeForRegex);
    if (chosen.length === 0) return '.*';
    return chosen.length === 1 ? `${chosen[0]}` : `(${chosen.join('|')})`;
  });
}

/** Once for the regular expression and once for the string around it. Grafana leaves double quotes as they are. */
function escapeForRegex(value: string): string {
  if (value.includes('"')) throw new Error('Grafana would break the query');
  return value.replaceAll('\\', '\\\\\\\\').replaceAll(/[$^*{}[\]'+?.()|]/g, '\\\\$&');
}
