import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ACCOUNT_FAMILIES } from '../src/metrics/account-families.ts';
import { TOKEN_FAMILIES } from '../src/metrics/token-families.ts';
import { FAILURE_REASONS } from '../src/model/report.ts';
import { STATUS_CLASSES } from '../src/model/status.ts';
import { CHECKED_FIELDS } from '../src/model/token.ts';
import { VIEW_TOKENS_QUERY } from '../src/pointone/token-parser.ts';
import { ROOT, type RunningProcess, startNode } from './processes.ts';
import { type BenchApi, startBenchApi } from './simulator.ts';

/** An exporter to scrape, in a process of its own. */
export interface RunningVariant {
  readonly name: string;
  readonly pid: number;
  /** Metrics of the accounts only, without the exporter metrics. */
  readonly metricsUrl: string;
  readonly healthUrl: string;
  stop(): Promise<void>;
}

export interface Variant {
  readonly name: string;
  start(upstream: BenchApi): Promise<RunningVariant>;
}

/** Starts an API with one user and `tokens` tokens and the variants that read it. Stops all of them after `use`. */
export async function withVariants<Result>(
  variants: readonly Variant[],
  tokens: number,
  use: (variants: readonly RunningVariant[], upstream: BenchApi) => Promise<Result>,
): Promise<Result> {
  const upstream = await startBenchApi(1, tokens);
  const running: RunningVariant[] = [];
  try {
    for (const variant of variants) running.push(await variant.start(upstream));
    return await use(running, upstream);
  } finally {
    for (const variant of running) await variant.stop();
    await upstream.stop();
  }
}

/** The names of the variants in the tables and in the JSON file. */
export const LIMIT = 'limit';
export const USUAL = 'usual pattern';
export const OURS = 'this exporter';
export const BEFORE = 'this exporter, before';

/**
 * The request body for the API, the same in all variants. It names the operation, as the exporter's client does. The
 * simulator caches only the response to the last body, so a different body would make its work differ between variants.
 */
export const REQUEST_BODY = JSON.stringify({ query: VIEW_TOKENS_QUERY, operationName: 'ViewPersonalAccessTokens' });

/** Left out: expected tokens would add series that the comparators do not know. */
const EXPECTED_TOKEN_FAMILY = 'pointone_expected_token_present';

/** The input of a comparator: the metric families and the values of their labels. */
const COMPARATOR_INPUT = JSON.stringify({
  families: Object.fromEntries(
    [...ACCOUNT_FAMILIES, ...TOKEN_FAMILIES]
      .filter(({ name }) => name !== EXPECTED_TOKEN_FAMILY)
      .map(({ name, type, help }) => [name, { type, help }]),
  ),
  reasons: FAILURE_REASONS,
  statuses: STATUS_CLASSES,
  fields: CHECKED_FIELDS,
  requestBody: REQUEST_BODY,
});

export const limit: Variant = comparator(LIMIT, 'bench/comparators/limit.mjs');
export const usual: Variant = comparator(USUAL, 'bench/comparators/usual.mjs');

const LISTEN_FLAG = '--web.listen-address=127.0.0.1:0';

/** Sufficient for lists of any length on slow machines. */
const GENEROUS_LIMITS = ['--api.max-response-size=256MiB', '--api.timeout=60s'];

/**
 * Creates a variant of the built exporter.
 *
 * @param program the built exporter's main.js
 */
export function exporter(name: string, program: string): Variant {
  return {
    name,
    async start(upstream) {
      const args = [...GENEROUS_LIMITS, '--web.disable-exporter-metrics'];
      return runningVariant(name, await startExporter(program, args, environmentFor(upstream)));
    },
  };
}

/** The Node options of `npm start`. The image and the systemd unit set the same. */
const NODE_OPTIONS = startScript().split(' ').slice(1, -1);

function startScript(): string {
  const { scripts } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'));
  return scripts.start;
}

/** Starts the built exporter on a free port. The resulting `address` is its `http://host:port`. */
export async function startExporter(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<RunningProcess> {
  const listening = /"address":"([^"]+)"/;
  const running = await startNode([...NODE_OPTIONS, program, LISTEN_FLAG, ...args], listening, environment);
  return { ...running, address: `http://${running.address}` };
}

/** Starts the exporter with one account per user, configured with an accounts file. */
export async function startMultiAccountExporter(
  program: string,
  { folder, endpoint, credentials }: BenchApi,
): Promise<RunningProcess> {
  const file = join(folder, 'accounts.yml');
  const configured = Array.from(credentials.keys(), (name) => ({ name, token_file: name }));
  // JSON is valid YAML.
  await writeFile(file, JSON.stringify({ accounts: configured }));
  const args = [`--config.file=${file}`, `--api.endpoint=${endpoint}`, '--api.timeout=60s'];
  return startExporter(program, [...args, '--web.disable-exporter-metrics'], {});
}

export function environmentFor({ endpoint, credentials }: BenchApi): Record<string, string> {
  const [credential = ''] = credentials.values();
  return { POINTONE_API_ENDPOINT: endpoint, POINTONE_API_TOKEN: credential };
}

function comparator(name: string, file: string): Variant {
  return {
    name,
    start: async (upstream) =>
      runningVariant(name, await startNode([file, COMPARATOR_INPUT], /^listening on (\S+)/, environmentFor(upstream))),
  };
}

function runningVariant(name: string, { pid, address: origin, stop }: RunningProcess): RunningVariant {
  return {
    name,
    pid,
    metricsUrl: `${origin}/metrics?collect[]=accounts`,
    healthUrl: `${origin}/-/healthy`,
    stop,
  };
}
