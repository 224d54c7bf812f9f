import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ACCOUNT_FAMILIES } from '../src/metrics/account-families.ts';
import { TOKEN_FAMILIES } from '../src/metrics/token-families.ts';
import { VIEW_TOKENS } from '../src/pointone/query.ts';
import { REASONS } from '../src/report.ts';
import { KNOWN_STATUSES } from '../src/tokens/status.ts';
import { WATCHED_FIELDS } from '../src/tokens/token.ts';
import { ROOT, type RunningProcess, startNode } from './processes.ts';
import { startUpstream, type Upstream } from './simulator.ts';

/** Something to scrape, in a process of its own. */
export interface RunningVariant {
  readonly name: string;
  readonly pid: number;
  /** What depends on the API alone; the exporter's own metrics are not in it. */
  readonly metricsUrl: string;
  readonly healthUrl: string;
  stop(): Promise<void>;
}

export interface Variant {
  readonly name: string;
  start(upstream: Upstream): Promise<RunningVariant>;
}

/** Starts an API with one user and that many tokens, and variants that read it; ends all of them afterwards. */
export async function withVariants<Result>(
  variants: readonly Variant[],
  tokens: number,
  use: (variants: readonly RunningVariant[], upstream: Upstream) => Promise<Result>,
): Promise<Result> {
  const upstream = await startUpstream(1, tokens);
  const running: RunningVariant[] = [];
  try {
    for (const variant of variants) running.push(await variant.start(upstream));
    return await use(running, upstream);
  } finally {
    for (const variant of running) await variant.stop();
    await upstream.stop();
  }
}

/** The names under which the tables and the JSON file show the variants. */
export const LIMIT = 'limit';
export const USUAL = 'usual pattern';
export const OURS = 'this exporter';
export const BEFORE = 'this exporter, before';

/**
 * The body of the call to the API, for whoever makes it. The exporter's client names the operation as well, and the
 * simulator keeps the answer to the last body alone: a call that differs would find it at other work than the others.
 */
export const REQUEST_BODY = JSON.stringify({ query: VIEW_TOKENS, operationName: 'ViewPersonalAccessTokens' });

/** An expectation would only add series that a comparator cannot know. */
const EXPECTED_TOKEN_FAMILY = 'pointone_expected_token_present';

/** All that a comparator has to know to print the same: the families themselves, and the values they go through. */
const COMPARATOR_INPUT = JSON.stringify({
  families: Object.fromEntries(
    [...ACCOUNT_FAMILIES, ...TOKEN_FAMILIES]
      .filter(({ name }) => name !== EXPECTED_TOKEN_FAMILY)
      .map(({ name, type, help }) => [name, { type, help }]),
  ),
  reasons: REASONS,
  statuses: KNOWN_STATUSES,
  fields: WATCHED_FIELDS,
  requestBody: REQUEST_BODY,
});

export const limit: Variant = comparator(LIMIT, 'bench/comparators/limit.mjs');
export const usual: Variant = comparator(USUAL, 'bench/comparators/usual.mjs');

const LISTEN_FLAG = '--web.listen-address=127.0.0.1:0';

/** For lists of any length, on machines of any speed. */
const GENEROUS_LIMITS = ['--api.max-response-size=256MiB', '--api.timeout=60s'];

/** @param program the built exporter's main.js */
export function exporter(name: string, program: string): Variant {
  return {
    name,
    async start(upstream) {
      const args = [...GENEROUS_LIMITS, '--web.disable-exporter-metrics'];
      return runningVariant(name, await startExporter(program, args, environmentFor(upstream)));
    },
  };
}

/** Node's own options, as `npm start` gives them, and the image and the systemd unit as well. */
const NODE_OPTIONS = startScript().split(' ').slice(1, -1);

function startScript(): string {
  const { scripts } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'));
  return scripts.start;
}

/** The built exporter with any settings, listening on a free port; what it said is its `http://host:port`. */
export async function startExporter(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<RunningProcess> {
  const listening = /"address":"([^"]+)"/;
  const running = await startNode([...NODE_OPTIONS, program, LISTEN_FLAG, ...args], listening, environment);
  return { ...running, address: `http://${running.address}` };
}

/** The exporter with an account for each user, as an operator would configure it. */
export async function startMultiAccountExporter(
  program: string,
  { folder, endpoint, credentials }: Upstream,
): Promise<RunningProcess> {
  const file = join(folder, 'accounts.yml');
  const configured = Array.from(credentials.keys(), (name) => ({ name, token_file: name }));
  // JSON is YAML.
  await writeFile(file, JSON.stringify({ accounts: configured }));
  const args = [`--config.file=${file}`, `--api.endpoint=${endpoint}`, '--api.timeout=60s'];
  return startExporter(program, [...args, '--web.disable-exporter-metrics'], {});
}

export function environmentFor({ endpoint, credentials }: Upstream): Record<string, string> {
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
