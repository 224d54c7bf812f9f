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

/** Returns prometheus.yml with the given targets, and with scrapes and evaluations every `interval`. */
export async function prometheusConfiguration(
  exporter: string,
  alertmanager = 'http://127.0.0.1:9',
  interval = '1s',
): Promise<string> {
  return replaceAll(
    await readShipped('prometheus.yml'),
    [/localhost:10210/, host(exporter)],
    [/localhost:9093/, host(alertmanager)],
    [/scrape_interval: \S+/, `scrape_interval: ${interval}`],
    [/scrape_timeout: \S+/, `scrape_timeout: ${interval}`],
    [/evaluation_interval: \S+/, `evaluation_interval: ${interval}`],
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

/**
 * Returns alerts/rules.yml with minutes of `minute` milliseconds: `for`, the ranges and offsets of the expressions, and
 * their plain numbers of seconds up to two hours. Days (`7 * 86400`) are not scaled: they compare with expiry dates.
 */
export async function scaledRules(minute: number): Promise<string> {
  const minutes = { m: 1, h: 60 };
  const rules = await readShipped('alerts/rules.yml');
  return rules
    .replace(
      /(?<=\[|\[\w+:|offset |for: )(\d+)([mh])(?=\W)/g,
      (_, count, unit: 'm' | 'h') => `${count * minutes[unit] * minute}ms`,
    )
    .replace(/(?<![\w.:])\d{3,4}(?![\w.])/g, (seconds) => `${(Number(seconds) / 60) * (minute / 1000)}`);
}
