import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import pino from 'pino';
import request from 'supertest';
import { onTestFinished } from 'vitest';
import { type Simulator, startSimulator } from '../../simulator/server.ts';
import type { User } from '../../simulator/state.ts';
import type { Collectors } from '../../src/accounts/collectors.ts';
import type { ReloadResult } from '../../src/accounts/reload.ts';
import { loadAccounts, loadConfiguration } from '../../src/commands/configuration.ts';
import { createExporter as createWiredExporter } from '../../src/commands/exporter.ts';
import { parseCommandLine } from '../../src/config/command-line.ts';
import type { Environment } from '../../src/config/resolve.ts';
import { type Clock, systemClock } from '../../src/runtime/clock.ts';
import { WebServer } from '../../src/server/server.ts';
import { type Exposition, parseExposition } from './exposition.ts';

/** Starts a simulator with one user without listed tokens: the exporter's own token is not in the list. */
export async function simulate(): Promise<{ simulator: Simulator; user: User }> {
  const simulator = await startSimulator();
  onTestFinished(() => simulator.close());
  return { simulator, user: simulator.state.addUser('user-1', { listed: false }) };
}

export interface ExporterOptions {
  readonly args?: readonly string[];
  /** More settings of each account in the accounts file, by account name. */
  readonly accounts?: Readonly<Record<string, object>>;
  readonly environment?: Environment;
  readonly clock?: Clock;
}

export interface Exporter {
  readonly app: RequestListener;
  readonly collectors: () => Collectors;
  readonly reload: () => Promise<ReloadResult>;
  /** Returns the log at level debug. */
  readonly logged: () => string;
  /** Starts a server on a free port. */
  readonly listen: () => Promise<Listening>;
}

interface Listening {
  /** `http://host:port`. */
  readonly url: string;
  /** Returns the number of requests that the exporter has started to handle. */
  readonly arrived: () => number;
  /** Returns the number of those requests whose response has been sent or aborted. */
  readonly ended: () => number;
}

/** A Git revision of realistic length. */
export const REVISION = '0123456789abcdef0123456789abcdef01234567';

/** Creates the exporter in this process, wired as in `serve`. */
export async function createExporter(
  simulator: Simulator,
  user: User,
  options: ExporterOptions = {},
): Promise<Exporter> {
  const environment = {
    POINTONE_API_ENDPOINT: simulator.url,
    POINTONE_API_TOKEN: user.credential,
    ...options.environment,
  };
  return exporterOf(environment, options);
}

/** Creates an exporter with an accounts file: one account for each user of the simulator, with a token file. */
export async function createMultiAccountExporter(
  simulator: Simulator,
  users: readonly User[],
  options: ExporterOptions = {},
): Promise<Exporter> {
  const folder = await temporaryFolder();
  const accounts = await Promise.all(
    users.map(async ({ id, credential }) => {
      await writeFile(join(folder, id), credential);
      return { name: id, token_file: id, ...options.accounts?.[id] };
    }),
  );
  // JSON is YAML.
  await writeFile(join(folder, 'accounts.yml'), JSON.stringify({ accounts }));
  const environment = { POINTONE_API_ENDPOINT: simulator.url, POINTONE_CONFIG_FILE: join(folder, 'accounts.yml') };
  return exporterOf(environment, options);
}

async function exporterOf(
  environment: Environment,
  { args = [], clock = systemClock }: ExporterOptions,
): Promise<Exporter> {
  const { values } = parseCommandLine(args);
  const loaded = await loadConfiguration(values, environment);
  if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems));
  const { configuration } = loaded;
  let logged = '';
  const sink = new Writable({
    write(chunk, _encoding, done) {
      logged += chunk;
      done();
    },
  });
  const log = pino({ level: 'debug' }, sink);
  const build = { version: '1.2.3', revision: REVISION, nodeVersion: 'v0', homepage: undefined };
  const { app, collectors, reload, close } = createWiredExporter({
    configuration,
    loadAccounts: () => loadAccounts(values, environment),
    build,
    userAgent: 'test',
    clock,
    log,
    ready: () => true,
  });
  onTestFinished(close);
  return {
    app,
    collectors,
    reload,
    logged: () => logged,
    async listen() {
      let arrived = 0;
      let ended = 0;
      const counted: RequestListener = (request, response) => {
        app(request, response);
        arrived += 1;
        response.once('close', () => {
          ended += 1;
        });
      };
      const server = await WebServer.listen(counted, '127.0.0.1', 0);
      onTestFinished(() => server.close());
      return { url: `http://${server.address}`, arrived: () => arrived, ended: () => ended };
    },
  };
}

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pointone-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export interface Scrape extends Exposition {
  readonly text: string;
  /** Returns the value of the series with at least these labels, or undefined. Throws if several series match. */
  value(name: string, labels?: Readonly<Record<string, string>>): number | undefined;
}

/** Scrapes and parses the metrics. Throws on malformed output and on duplicate series. */
export async function scrape(
  { app }: Pick<Exporter, 'app'>,
  path = '/metrics?collect[]=accounts',
  headers = {},
): Promise<Scrape> {
  const response = await request(app).get(path).set(headers).buffer(true);
  if (response.status !== 200) throw new Error(`HTTP ${response.status}: ${response.text}`);
  return readScrape(response.text);
}

export function readScrape(text: string): Scrape {
  const exposition = parseExposition(text);
  return {
    ...exposition,
    text,
    value(name, labels = {}) {
      const found = exposition.samples.filter(
        (sample) =>
          sample.name === name &&
          Object.entries(labels).every(([label, value]) => (sample.labels[label] ?? '') === value),
      );
      if (found.length > 1) throw new Error(`${found.length} series of ${name} have ${JSON.stringify(labels)}`);
      return found[0]?.value;
    },
  };
}

/** Resolves when the condition holds. The timeout of the test limits the wait. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Returns a clock that advances only by `advance`. Monotonic and wall time move together. */
export function manualClock(): Clock & { advance(ms: number): void } {
  let ms = 0;
  const start = Date.now();
  return { now: () => start + ms, monotonic: () => ms, advance: (by) => (ms += by) };
}
