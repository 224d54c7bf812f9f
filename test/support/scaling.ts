import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { parse } from 'yaml';
import type { User } from '../../simulator/world.ts';
import { temporaryFolder } from './exporter.ts';
import { type ServingProcess, serve } from './exporter-process.ts';
import type { Prometheus } from './stack.ts';

/** A configuration of Prometheus, as far as the tests look into it. */
interface PrometheusConfiguration {
  readonly scrape_configs: readonly Job[];
  readonly [key: string]: unknown;
}

interface Job {
  readonly job_name: string;
  readonly http_sd_configs?: readonly object[];
  readonly [key: string]: unknown;
}

/** The blocks of configuration in docs/scaling.md. */
export const BLOCKS = ['discovery', 'fleets', 'shard', 'pair', 'guarded'] as const;
type Block = (typeof BLOCKS)[number];

const read = (file: string): Promise<string> => readFile(new URL(`../../${file}`, import.meta.url), 'utf8');

/** A block as it stands in the document. */
export async function block(name: Block): Promise<string> {
  const text = new RegExp(`<!-- prometheus: ${name} -->\n\`\`\`yaml\n([^]*?)\`\`\`\n`).exec(
    await read('docs/scaling.md'),
  )?.[1];
  if (text === undefined) throw new Error(`docs/scaling.md has no block ${name} any more`);
  return text;
}

/** The blocks as one configuration, as the document says to add them to each other. */
export function together(...blocks: readonly string[]): PrometheusConfiguration {
  return blocks.map((text) => parse(text)).reduce((one, other) => merged(one, other)) as PrometheusConfiguration;
}

/** Jobs are the same when they have the same name; what both say must be the same. */
function merged(one: unknown, other: unknown, key?: string): unknown {
  if (one === undefined) return other;
  if (other === undefined) return one;
  if (key === 'scrape_configs') {
    const [jobs, more] = [one, other] as [Job[], Job[]];
    const names = new Set([...jobs, ...more].map(({ job_name }) => job_name));
    const named = (list: Job[], name: string) => list.find(({ job_name }) => job_name === name);
    return [...names].map((name) => merged(named(jobs, name), named(more, name)));
  }
  if (isMapping(one) && isMapping(other)) {
    const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
    return Object.fromEntries([...keys].map((name) => [name, merged(one[name], other[name], name)]));
  }
  if (JSON.stringify(one) !== JSON.stringify(other)) throw new Error(`the blocks contradict each other at ${key}`);
  return one;
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Where what the document names is, in a test. */
interface Addresses {
  /** `http://host:port` of the replicas a and b. */
  readonly exporters: readonly [string, string];
  readonly alertmanager?: string;
}

/**
 * The configuration, aimed at what a test started and at a test's pace: it scrapes every two seconds, so that a machine
 * with other work need not fail a scrape, and evaluates every second.
 */
export function atTestPace(configuration: PrometheusConfiguration, { exporters, alertmanager }: Addresses): string {
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
    // One Alertmanager is enough for a test.
    ',"alertmanager-b:9093"': '',
  };
  // JSON is YAML.
  return Object.entries(hosts).reduce((text, [from, to]) => text.replaceAll(from, to), JSON.stringify(paced));
}

const hostOf = (url: string): string => new URL(url).host;

/** alerts/rules.yml, with alerts that wait a second for each minute that they wait. */
export async function rulesAtTestPace(): Promise<Record<string, string>> {
  const rules = await read('alerts/rules.yml');
  return { 'alerts/rules.yml': rules.replace(/(for: \d+)m$/gm, '$1s') };
}

export interface Replicas {
  readonly a: ServingProcess;
  readonly b: ServingProcess;
  /** Writes the accounts file anew and lets both replicas read it. */
  readonly reload: (accounts: Readonly<Record<string, User>>) => Promise<void>;
}

/** Two replicas of the built exporter with the same accounts file, an account for each user by its name. */
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

/** How `expect.poll` waits for what has to come about; a wait in vain ends with what is there instead. */
export const eventually = { timeout: 60_000, interval: 200 };

/** Waits until Prometheus has evaluated the rules so many times more: every alert that has a reason fires by then. */
export async function evaluations(prometheus: Prometheus, more: number): Promise<void> {
  const evaluated = async (): Promise<number> =>
    (await prometheus.query('count_over_time(pointone:limit:success_ratio[1h])'))[0]?.value ?? 0;
  const before = await evaluated();
  await expect.poll(evaluated, eventually).toBeGreaterThan(before + more);
}
