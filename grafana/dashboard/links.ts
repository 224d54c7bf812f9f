import { readAlertUrls } from '../../scripts/alert-urls.ts';
import { TOKEN_VARIABLES } from './selectors.ts';

/** The dashboard_url of the alerts ends in this UID. */
export const UID = 'pointone-tokens';

/** The URL of the runbooks, from alerts/urls.json. The rules use the same URL. */
export const RUNBOOKS = readAlertUrls().runbooks;

/** Returns the URL of the runbook of an alert. */
export function runbook(alert: string): string {
  return `${RUNBOOKS}/${alert}.md`;
}

/**
 * Returns the URL of this dashboard with selected values. All roles and names are selected unless given; every other
 * variable, the data source and the time range keep their values.
 *
 * @param selection a field of Grafana for each variable: `__value.raw` or `__data.fields.TITLE.text`
 */
export function dashboardWith(selection: Readonly<Partial<Record<(typeof TOKEN_VARIABLES)[number], string>>>): string {
  const values: Readonly<Record<string, string>> = {
    role: '$__all',
    name: '$__all',
    ...Object.fromEntries(Object.entries(selection).map(([name, field]) => [name, `\${${field}:percentencode}`])),
  };
  const parameters = ['datasource', ...TOKEN_VARIABLES].map((name) =>
    values[name] === undefined ? `\${${name}:queryparam}` : `var-${name}=${values[name]}`,
  );
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana replaces the variable.
  return `/d/${UID}?${[...parameters, '${__url_time_range}'].join('&')}`;
}
