import { type Field, type Frame, grafana } from './grafana.ts';

interface LinkScope {
  readonly __dataContext?: { readonly value: { frame: Frame; rowIndex?: number; field: Field } };
}

/**
 * Replaces the variables in the link of a cell. In Grafana, the application does this, not @grafana/data. A variable of
 * the dashboard has the value "All".
 */
export function replaceVariables(text: string, scope: LinkScope = {}): string {
  return text.replaceAll(/\$\{([^}:]+)(?::(\w+))?\}/g, (_, variable: string, format?: string) => {
    if (variable === '__url_time_range') return 'from=now-30d&to=now';
    if (format === 'queryparam') return `var-${variable}=All`;
    const value = resolve(variable, scope);
    return format === 'percentencode' ? encodeURIComponent(value) : encodeURI(value);
  });
}

/** Returns the value of `__value.raw` and `__value.text` of a string, and of `__data.fields.COLUMN.text`. */
function resolve(variable: string, { __dataContext }: LinkScope): string {
  if (__dataContext === undefined) throw new Error(`no row for ${variable}`);
  const { frame, rowIndex = -1, field } = __dataContext.value;
  if (variable === '__value.raw' || variable === '__value.text') return `${field.values[rowIndex] ?? ''}`;
  const { data } = grafana();
  const [, column] = /^__data\.fields\.(\w+)\.text$/.exec(variable) ?? [];
  const other = frame.fields.find((one) => data.getFieldDisplayName(one, frame, [frame]) === column);
  if (other === undefined) throw new Error(`no value for ${variable}`);
  return data.formattedValueToString(other.display(other.values[rowIndex]));
}
