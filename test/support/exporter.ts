import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import pino from 'pino';
import request from 'supertest';
import { onTestFinished } from 'vitest';
import { type Simulator, startSimulator } from '../../simulator/server.ts';
import type { User } from '../../simulator/world.ts';
import type { Collectors } from '../../src/accounts/collectors.ts';
import type { ReloadResult } from '../../src/accounts/reload.ts';
import { loadAccounts, loadConfiguration } from '../../src/commands/configuration.ts';
import { createExporter as createWholeExporter } from '../../src/commands/exporter.ts';
import { parseCommandLine } from '../../src/config/command-line.ts';
import type { Environment } from '../../src/config/resolve.ts';
import { type Clock, systemClock } from '../../src/runtime/clock.ts';
import { WebServer } from '../../src/server/server.ts';
import { type Exposition, parseExposition } from './exposition.ts';

/** A simulator with one user, whose exporter token is not in the list, so that a test's world starts empty. */
export async function simulate(): Promise<{ simulator: Simulator; user: User }> {
  const simulator = await startSimulator();
  onTestFinished(() => simulator.close());
  return { simulator, user: simulator.world.addUser('user-1', { listed: false }) };
}

export interface ExporterOptions {
  readonly args?: readonly string[];
  /** More of each account than its name and credential, by its name. */
  readonly accounts?: Readonly<Record<string, object>>;
  readonly environment?: Environment;
  readonly clock?: Clock;
}

export interface Exporter {
  readonly app: RequestListener;
  readonly collectors: () => Collectors;
  readonly reload: () => Promise<ReloadResult>;
  /** Everything logged, at level debug. */
  readonly logged: () => string;
  /** Serves on a free port. */
  readonly listen: () => Promise<Listening>;
}

interface Listening {
  /** `http://host:port`. */
  readonly url: string;
  /** Requests that have reached the exporter and were begun with. */
  readonly arrived: () => number;
  /** Those of them whose connection has seen their end, whole or cut off. */
  readonly ended: () => number;
}

/** As long as a real one. */
export const REVISION = '0123456789abcdef0123456789abcdef01234567';

/** The exporter as `serve` puts it together, in this process. */
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

/** One account for each user of the simulator, their credentials in files, described by an accounts file. */
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
  const {
    app,
    collectors: fleet,
    reload,
    close,
  } = createWholeExporter({
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
    collectors: fleet,
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
  /** The value of the one series that has (at least) these labels; undefined when there is none. */
  value(name: string, labels?: Readonly<Record<string, string>>): number | undefined;
}

/** Scrapes and parses; whatever is malformed, or stands twice, throws. */
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

/** Resolves when the condition holds; the test's own time-out ends a wait in vain. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** A clock that only moves by hand, for back-off; the time of day goes with it. */
export function manualClock(): Clock & { advance(ms: number): void } {
  let ms = 0;
  const start = Date.now();
  return { now: () => start + ms, monotonic: () => ms, advance: (by) => (ms += by) };
}
