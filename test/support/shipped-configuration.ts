import { readFile } from 'node:fs/promises';

/** The configuration files as shipped, aimed at what a test started, and at a pace that a test can wait for. */
async function readShipped(file: string): Promise<string> {
  return readFile(new URL(`../../${file}`, import.meta.url), 'utf8');
}

/** The text with each pattern replaced; a pattern that is not there is a mistake. */
function replaceAll(text: string, ...edits: readonly [RegExp, string][]): string {
  return edits.reduce((result, [pattern, replacement]) => {
    if (!pattern.test(result)) throw new Error(`${pattern} is not in the file any more`);
    return result.replace(new RegExp(pattern, 'gm'), replacement);
  }, text);
}

const host = (url: string): string => new URL(url).host;

/** prometheus.yml, scraping and evaluating every second. */
export async function prometheusConfiguration(exporter: string, alertmanager = 'http://127.0.0.1:9'): Promise<string> {
  return replaceAll(
    await readShipped('prometheus.yml'),
    [/localhost:10210/, host(exporter)],
    [/localhost:9093/, host(alertmanager)],
    [/scrape_interval: \S+/, 'scrape_interval: 1s'],
    [/scrape_timeout: \S+/, 'scrape_timeout: 1s'],
    [/evaluation_interval: \S+/, 'evaluation_interval: 1s'],
  );
}

/** alerts/rules.yml, with alerts that wait two seconds where they wait for minutes, as files beside prometheus.yml. */
export async function ruleFiles(): Promise<Record<string, string>> {
  return { 'alerts/rules.yml': replaceAll(await readShipped('alerts/rules.yml'), [/for: \d+m$/m, 'for: 2s']) };
}

/** alertmanager.yml, sending to a webhook of the test at a pace that a test can wait for. */
export async function alertmanagerConfiguration(webhook: string): Promise<string> {
  return replaceAll(
    await readShipped('alertmanager.yml'),
    [/localhost:9095/, host(webhook)],
    [/group_wait: \S+/, 'group_wait: 2s'],
    [/group_interval: \S+/, 'group_interval: 1s'],
  );
}
