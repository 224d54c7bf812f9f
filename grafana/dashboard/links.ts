import { readAlertUrls } from '../../scripts/alert-urls.ts';

/** Where the runbooks stand; alerts/urls.json says so, for the rules as well. */
export const RUNBOOKS = readAlertUrls().runbooks;

/** The page that says what an alert means and what to do about it. */
export function runbook(alert: string): string {
  return `${RUNBOOKS}/${alert}.md`;
}
