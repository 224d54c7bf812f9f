import { readFileSync } from 'node:fs';

/** The URLs in alert annotations. alerts/urls.json is their only source. */
export interface AlertUrls {
  /** The URL of the directory that contains docs/runbooks/, without a trailing slash. */
  readonly runbooks: string;
  readonly dashboard: string;
}

export function readAlertUrls(): AlertUrls {
  return JSON.parse(readFileSync(new URL('../alerts/urls.json', import.meta.url), 'utf8'));
}

/** Replaces the URLs in the text of rules.yml. */
export function withUrls(rules: string, { runbooks, dashboard }: AlertUrls): string {
  return rules
    .replace(/runbook_url: \S+\/(\w+\.md)/g, (_match, page: string) => `runbook_url: ${runbooks}/${page}`)
    .replace(/dashboard_url: \S+/g, () => `dashboard_url: ${dashboard}`);
}
