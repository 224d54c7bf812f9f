import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';
import { DataqueryBuilder, PromQueryFormat, QueryEditorMode } from '@grafana/grafana-foundation-sdk/prometheus';

/** The data source that the user selects at the top of the dashboard. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana replaces the variable.
export const DATA_SOURCE: DataSourceRef = { type: 'prometheus', uid: '${datasource}' };

function query(refId: string, expression: string): DataqueryBuilder {
  return new DataqueryBuilder().datasource(DATA_SOURCE).refId(refId).editorMode(QueryEditorMode.Code).expr(expression);
}

/** Returns an instant query. */
export function instantQuery(expression: string, legend = ''): DataqueryBuilder {
  return query('A', expression).instant().format(PromQueryFormat.TimeSeries).legendFormat(legend);
}

/** Returns a range query over the time range of the dashboard. */
export function rangeQuery(expression: string, legend: string, refId = 'A'): DataqueryBuilder {
  return query(refId, expression).range().format(PromQueryFormat.TimeSeries).legendFormat(legend);
}

/** Returns an instant query for a table, with a column for each label and the column `Value #COLUMN`. */
export function tableQuery(column: string, expression: string): DataqueryBuilder {
  return query(column, expression).instant().format(PromQueryFormat.Table);
}
