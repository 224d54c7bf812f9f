import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DATA_SOURCE } from './queries.ts';
import { ofAccounts, ofTargets } from './selectors.ts';

/** The query type "label values" of Grafana's Prometheus data source. */
const LABEL_VALUES = 1;

function labelVariable(name: string, label: string, series: string): QueryVariableBuilder {
  const query = `label_values(${series}, ${name})`;
  return (
    new QueryVariableBuilder(name)
      .label(label)
      .datasource(DATA_SOURCE)
      .query({ qryType: LABEL_VALUES, query, refId: 'PrometheusVariableQueryEditor-VariableQuery' })
      .definition(query)
      // Also offers labels that exist only in an earlier part of the time range.
      .refresh(VariableRefresh.OnTimeRangeChanged)
      .sort(VariableSort.AlphabeticalCaseInsensitiveAsc)
      .multi(true)
      .includeAll(true)
      // Also matches an absent label, so that "All" includes tokens without a name.
      .allValue('.*')
      .current({ selected: true, text: ['All'], value: ['$__all'] })
  );
}

/** The selection in each variable limits the values of the variables after it. */
export const VARIABLES = [
  new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus').multi(false),
  labelVariable('job', 'Job', 'pointone_up'),
  labelVariable('instance', 'Instance', 'pointone_up{job=~"$job"}'),
  labelVariable('account', 'Account', ofTargets('pointone_up')),
  labelVariable('role', 'Role', ofAccounts('pointone_token_expiry_known')),
  labelVariable('name', 'Token', ofAccounts('pointone_token_expiry_known', 'role=~"$role"')),
];
