import { readFileSync } from 'node:fs';

/** Where a person who is alerted is sent; alerts/urls.json is the one place to say so. */
export interface AlertUrls {
  /** The address of a folder that holds docs/runbooks/, without a slash at its end. */
  readonly runbooks: string;
  readonly dashboard: string;
}

export function readAlertUrls(): AlertUrls {
  return JSON.parse(readFileSync(new URL('../alerts/urls.json', import.meta.url), 'utf8'));
}

/** The text of rules.yml with its addresses replaced. */
export function withUrls(rules: string, { runbooks, dashboard }: AlertUrls): string {
  return rules
    .replace(/runbook_url: \S+\/(\w+\.md)/g, (_match, page: string) => `runbook_url: ${runbooks}/${page}`)
    .replace(/dashboard_url: \S+/g, () => `dashboard_url: ${dashboard}`);
}
