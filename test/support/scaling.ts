import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { parse } from 'yaml';
import type { User } from '../../simulator/state.ts';
import { temporaryFolder } from './exporter.ts';
import { type ServingProcess, serve } from './exporter-process.ts';
import type { Prometheus } from './stack.ts';

/** The parts of a Prometheus configuration that the tests use. */
interface PrometheusConfiguration {
  readonly scrape_configs: readonly Job[];
  readonly [key: string]: unknown;
}

interface Job {
  readonly job_name: string;
  readonly http_sd_configs?: readonly object[];
  readonly [key: string]: unknown;
}

/** The configuration blocks in docs/scaling.md. */
export const BLOCK_NAMES = ['discovery', 'fleets', 'shard', 'pair', 'guarded'] as const;
type BlockName = (typeof BLOCK_NAMES)[number];

const read = (file: string): Promise<string> => readFile(new URL(`../../${file}`, import.meta.url), 'utf8');

/** Returns a block as it is in the document. */
export async function configBlock(name: BlockName): Promise<string> {
  const text = new RegExp(`<!-- prometheus: ${name} -->\n\`\`\`yaml\n([^]*?)\`\`\`\n`).exec(
    await read('docs/scaling.md'),
  )?.[1];
  if (text === undefined) throw new Error(`docs/scaling.md does not contain the block ${name}`);
  return text;
}

/** Merges blocks into one configuration, as the document describes. */
export function mergeBlocks(...blocks: readonly string[]): PrometheusConfiguration {
  return blocks.map((text) => parse(text)).reduce((one, other) => mergeValues(one, other)) as PrometheusConfiguration;
}

/** Merges jobs with the same name. Values that occur in both must be equal. */
function mergeValues(one: unknown, other: unknown, key?: string): unknown {
  if (one === undefined) return other;
  if (other === undefined) return one;
  if (key === 'scrape_configs') {
    const [jobs, more] = [one, other] as [Job[], Job[]];
    const names = new Set([...jobs, ...more].map(({ job_name }) => job_name));
    const named = (list: Job[], name: string) => list.find(({ job_name }) => job_name === name);
    return [...names].map((name) => mergeValues(named(jobs, name), named(more, name)));
  }
  if (isMapping(one) && isMapping(other)) {
    const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
    return Object.fromEntries([...keys].map((name) => [name, mergeValues(one[name], other[name], name)]));
  }
  if (JSON.stringify(one) !== JSON.stringify(other)) throw new Error(`the blocks have different values for ${key}`);
  return one;
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The addresses in a test that replace those of the document. */
interface TestAddresses {
  /** `http://host:port` of the replicas a and b. */
  readonly exporters: readonly [string, string];
  readonly alertmanager?: string;
}

/**
 * Adapts the configuration to a test: its addresses and short intervals. It scrapes every two seconds, so that scrapes
 * succeed on a busy machine, and evaluates rules every second.
 */
export function forTest(configuration: PrometheusConfiguration, { exporters, alertmanager }: TestAddresses): string {
  const paced = {
    ...configuration,
    global: { ...(configuration['global'] as object), evaluation_interval: '1s' },
    scrape_configs: configuration.scrape_configs.map((job) => ({
      ...job,
      scrape_interval: '2s',
      scrape_timeout: '2s',
      ...(job.http_sd_configs && {
        http_sd_configs: job.http_sd_configs.map((source) => ({ ...source, refresh_interval: '1s' })),
      }),
    })),
  };
  const hosts = {
    '"exporter-a:10210"': JSON.stringify(hostOf(exporters[0])),
    '"exporter-b:10210"': JSON.stringify(hostOf(exporters[1])),
    'http://exporter-a:10210/': `${exporters[0]}/`,
    'http://exporter-b:10210/': `${exporters[1]}/`,
    '"alertmanager-a:9093"': JSON.stringify(hostOf(alertmanager ?? 'http://127.0.0.1:9')),
    // A test needs only one Alertmanager.
    ',"alertmanager-b:9093"': '',
  };
  // JSON is valid YAML.
  return Object.entries(hosts).reduce((text, [from, to]) => text.replaceAll(from, to), JSON.stringify(paced));
}

const hostOf = (url: string): string => new URL(url).host;

/** Returns alerts/rules.yml with each `for` in seconds instead of minutes. */
export async function rulesForTest(): Promise<Record<string, string>> {
  const rules = await read('alerts/rules.yml');
  return { 'alerts/rules.yml': rules.replace(/(for: \d+)m$/gm, '$1s') };
}

export interface Replicas {
  readonly a: ServingProcess;
  readonly b: ServingProcess;
  /** Writes a new accounts file and makes both replicas read it. */
  readonly reload: (accounts: Readonly<Record<string, User>>) => Promise<void>;
}

/** Starts two replicas of the built exporter with the same accounts file, which has an account per user. */
export async function startReplicas(endpoint: string, accounts: Readonly<Record<string, User>>): Promise<Replicas> {
  const folder = await temporaryFolder();
  const file = join(folder, 'accounts.yml');
  const write = async (wanted: Readonly<Record<string, User>>): Promise<void> => {
    for (const { id, credential } of Object.values(wanted)) await writeFile(join(folder, id), credential);
    const entries = Object.entries(wanted).map(([name, { id }]) => ({ name, token_file: id }));
    await writeFile(file, JSON.stringify({ accounts: entries }));
  };
  await write(accounts);
  const environment = { POINTONE_API_ENDPOINT: endpoint };
  const args = [`--config.file=${file}`, '--scrape.timeout-offset=100ms'];
  const [a, b] = await Promise.all([serve(args, environment), serve(args, environment)]);
  return {
    a,
    b,
    async reload(wanted) {
      await write(wanted);
      for (const { child } of [a, b]) child.kill('SIGHUP');
    },
  };
}

/** Options of `expect.poll`. After the timeout, the assertion fails with the last value. */
export const POLLING = { timeout: 60_000, interval: 200 };

/** Waits until Prometheus has evaluated the rules `more` more times. By then, all justified alerts fire. */
export async function waitForEvaluations(prometheus: Prometheus, more: number): Promise<void> {
  const evaluated = async (): Promise<number> =>
    (await prometheus.query('count_over_time(pointone:limit:success_ratio[1h])'))[0]?.value ?? 0;
  const before = await evaluated();
  await expect.poll(evaluated, POLLING).toBeGreaterThan(before + more);
}
