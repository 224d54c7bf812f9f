import { readAlertUrls } from '../../scripts/alert-urls.ts';

/** The URL of the runbooks, from alerts/urls.json. The rules use the same URL. */
export const RUNBOOKS = readAlertUrls().runbooks;

/** Returns the URL of the runbook of an alert. */
export function runbook(alert: string): string {
  return `${RUNBOOKS}/${alert}.md`;
}
