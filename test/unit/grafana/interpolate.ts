import { SHIPPED } from './shipped-dashboard.ts';

/** The selected values of the dashboard's variables. A variable that is missing has the value "All". */
export type Selection = Readonly<Record<string, readonly string[]>>;

/** The interval between the points of a panel and the time range, for tests that scrape every two seconds. */
const BUILT_IN: Readonly<Record<string, string>> = { __interval: '4s', __range: '60s' };

/** Replaces the variables of an expression as Grafana does for its Prometheus data source. */
export function interpolate(expression: string, selection: Selection = {}): string {
  return expression.replaceAll(/\$\{(\w+):regex\}|\$(\w+)/g, (_, formatted?: string, plain?: string) => {
    if (plain?.startsWith('__')) return BUILT_IN[plain] ?? allValue(plain);
    const name = formatted ?? plain ?? '';
    const values = selection[name] ?? [];
    if (values.length === 0) return allValue(name);
    const escaped = values.map(formatted === undefined ? escapeForQuotes : escapeForBackticks);
    return escaped.length === 1 ? `${escaped[0]}` : `(${escaped.join('|')})`;
  });
}

/** Returns what "All" stands for. Grafana does not escape it. */
function allValue(name: string): string {
  const { allValue } = SHIPPED.templating.list.find((variable) => variable.name === name) ?? {};
  if (allValue === undefined) throw new Error(`no value for ${name}`);
  return allValue;
}

/** Escapes as the format "regex" does: for the regular expression, not for the string around it. */
function escapeForBackticks(value: string): string {
  if (value.includes('`')) throw new Error('Grafana would break the query');
  return escapeRegex(value);
}

/** As `escapeRegex` of @grafana/data, with which a test compares it. */
export function escapeRegex(value: string): string {
  return value.replaceAll(/[\\^$*+?.()|[\]{}/]/g, '\\$&');
}

/** Escapes for the regular expression and for the string around it. Grafana does not escape double quotes. */
function escapeForQuotes(value: string): string {
  if (/["\n]/.test(value)) throw new Error('Grafana would break the query');
  return value.replaceAll('\\', '\\\\\\\\').replaceAll(/[$^*{}[\]'+?.()|]/g, '\\\\$&');
}
