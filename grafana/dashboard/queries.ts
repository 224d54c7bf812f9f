import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';
import { DataqueryBuilder, PromQueryFormat, QueryEditorMode } from '@grafana/grafana-foundation-sdk/prometheus';

/** The data source that is chosen at the top of the dashboard. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana fills it in.
export const DATA_SOURCE: DataSourceRef = { type: 'prometheus', uid: '${datasource}' };

function query(refId: string, expression: string): DataqueryBuilder {
  return new DataqueryBuilder().datasource(DATA_SOURCE).refId(refId).editorMode(QueryEditorMode.Code).expr(expression);
}

/** What is true now. */
export function now(expression: string, legend = ''): DataqueryBuilder {
  return query('A', expression).instant().format(PromQueryFormat.TimeSeries).legendFormat(legend);
}

/** What was true over the time shown. */
export function overTime(expression: string, legend: string): DataqueryBuilder {
  return query('A', expression).range().format(PromQueryFormat.TimeSeries).legendFormat(legend);
}

/** What is true now, as columns of a table: one for each label, and `Value #COLUMN`. */
export function columns(column: string, expression: string): DataqueryBuilder {
  return query(column, expression).instant().format(PromQueryFormat.Table);
}
