import { readFileSync } from 'node:fs';

/** The URLs in alert annotations. alerts/urls.json is their only source. */
export interface AlertUrls {
  /** The URL of the runbooks, without a trailing slash. `/ALERT.md` is added. */
  readonly runbooks: string;
  readonly dashboard: string;
}

/** Returns what does not work for people on other machines. */
export function urlWarnings(urls: AlertUrls): string[] {
  return Object.entries(urls).flatMap(([name, url]) =>
    ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname)
      ? [`warning: ${name} is ${url}, which works on this machine only; set it in alerts/urls.json`]
      : [],
  );
}

export function readAlertUrls(): AlertUrls {
  return JSON.parse(readFileSync(new URL('../alerts/urls.json', import.meta.url), 'utf8'));
}

/** The start of rules.yml, with the comment about the URLs if it is there. */
const COMMENT = /^(# Recording and alerting rules [^\n]*\n#\n)(?:# URLs of the alerts[\s\S]*?docs\/alerts\.md\.\n#\n)?/;

/** The files that contain the URLs: the rules, and the annotations that their tests expect. */
export const FILES_WITH_URLS = ['alerts/rules.yml', 'alerts/rules.test.yml', 'alerts/rules.memory.test.yml'] as const;

/** Replaces the URLs in the text of a file, and in rules.yml the comment at its start that states them. */
export function withUrls(rules: string, { runbooks, dashboard }: AlertUrls): string {
  return rules
    .replace(
      COMMENT,
      (_match, first: string) =>
        `${first}# URLs of the alerts: replace them with those of your exporter or documentation, and of your Grafana.
#   runbooks:  ${runbooks}
#   dashboard: ${dashboard}
# In a clone, set them in alerts/urls.json and run \`npm run alert-urls\`. See docs/alerts.md.
#
`,
    )
    .replace(/runbook_url: \S+\/(\w+\.md)/g, (_match, page: string) => `runbook_url: ${runbooks}/${page}`)
    .replace(/dashboard_url: \S+/g, () => `dashboard_url: ${dashboard}`);
}
