import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DATA_SOURCE } from './queries.ts';
import { TOKEN_VARIABLES } from './selectors.ts';

/** The query type "label values" of Grafana's Prometheus data source. */
const LABEL_VALUES = 1;

type Label = (typeof TOKEN_VARIABLES)[number];

/** The values that "All" matches. Every scraped series has a job and an instance. Other labels may be absent. */
const ALL: Readonly<Record<Label, string>> = {
  cluster: '.*',
  namespace: '.*',
  job: '.+',
  instance: '.+',
  // Names may contain line breaks, which `.` does not match before Prometheus 3.
  account: '(?s:.*)',
  role: '(?s:.*)',
  name: '(?s:.*)',
};

/**
 * Returns a variable with the values of a label. It depends on the variables before it. In the query of a variable,
 * Grafana escapes the selected values for the quoted string around them.
 */
function labelVariable(name: Label, label: string, metric: string): QueryVariableBuilder {
  const matchers = TOKEN_VARIABLES.slice(0, TOKEN_VARIABLES.indexOf(name)).map((other) => `${other}=~"$${other}"`);
  const query = `label_values(${metric}${matchers.length > 0 ? `{${matchers.join(', ')}}` : ''}, ${name})`;
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
      .allValue(ALL[name])
      .current({ selected: true, text: ['All'], value: ['$__all'] })
  );
}

export const VARIABLES = [
  new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus').multi(false),
  labelVariable('cluster', 'Cluster', 'pointone_up'),
  labelVariable('namespace', 'Namespace', 'pointone_up'),
  labelVariable('job', 'Job', 'pointone_up'),
  labelVariable('instance', 'Instance', 'pointone_up'),
  labelVariable('account', 'Account', 'pointone_up'),
  labelVariable('role', 'Role', 'pointone_token_expiry_known'),
  labelVariable('name', 'Token', 'pointone_token_expiry_known'),
];
