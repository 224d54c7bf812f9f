import { readFile } from 'node:fs/promises';

/** Reads a shipped configuration file. */
async function readShipped(file: string): Promise<string> {
  return readFile(new URL(`../../${file}`, import.meta.url), 'utf8');
}

/** Replaces each pattern. Throws if a pattern is not found. */
function replaceAll(text: string, ...edits: readonly [RegExp, string][]): string {
  return edits.reduce((result, [pattern, replacement]) => {
    if (!pattern.test(result)) throw new Error(`${pattern} is not in the file`);
    return result.replace(new RegExp(pattern, 'gm'), replacement);
  }, text);
}

const host = (url: string): string => new URL(url).host;

/** Returns prometheus.yml with the given targets, and with scrapes and evaluations every second. */
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

/** Returns alerts/rules.yml with `for: 2s` instead of minutes, by its path relative to prometheus.yml. */
export async function ruleFiles(): Promise<Record<string, string>> {
  return { 'alerts/rules.yml': replaceAll(await readShipped('alerts/rules.yml'), [/for: \d+m$/m, 'for: 2s']) };
}

/** Returns alertmanager.yml with the test's webhook receiver and short group intervals. */
export async function alertmanagerConfiguration(webhook: string): Promise<string> {
  return replaceAll(
    await readShipped('alertmanager.yml'),
    [/localhost:9095/, host(webhook)],
    [/group_wait: \S+/, 'group_wait: 2s'],
    [/group_interval: \S+/, 'group_interval: 1s'],
  );
}
