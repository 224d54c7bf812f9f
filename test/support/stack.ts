import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { constants, setPriority, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { it } from 'vitest';
import { freePort } from './free-port.ts';
import { grafanaIsInstalled } from './grafana.ts';

/** The components of the real stack, each with a check whether it is installed. */
const COMPONENTS = {
  prometheus: () => onPath('prometheus'),
  promtool: () => onPath('promtool'),
  'prometheus-alertmanager': () => onPath('prometheus-alertmanager'),
  amtool: () => onPath('amtool'),
  // The first `python3` on the PATH may lack Debian's modules.
  'python3-prometheus-client': () => runs('/usr/bin/python3', ['-c', 'import prometheus_client.openmetrics.parser']),
  '@grafana/data (npm ci --prefix test/grafana)': grafanaIsInstalled,
} as const;
export type Component = keyof typeof COMPONENTS;

function missing(parts: readonly Component[]): Component[] {
  return parts.filter((part) => !COMPONENTS[part]());
}

/** Defines a test that needs components of the stack. Without them it is skipped, or fails if TEST_REQUIRE_ALL is 1. */
export function stackTest(name: string, parts: readonly Component[], run: () => Promise<void>): void {
  it(name, async ({ skip }) => {
    const absent = missing(parts);
    if (absent.length > 0 && process.env['TEST_REQUIRE_ALL'] !== '1') skip(`${absent.join(' and ')} is not installed`);
    await run();
  });
}

function onPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}

function runs(program: string, args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Runs promtool a tenth faster with 80 MB more memory: promtool allocates much and keeps little. */
const FEWER_COLLECTIONS = { GOGC: '400' };

/**
 * Runs a program with a string on standard input. Resolves to the exit status and the output. The program gets a low
 * priority: promtool evaluates rules for minutes, while other tests wait for scrapes that have deadlines.
 */
export function runWithInput(
  program: string,
  args: string[],
  input: string,
): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const options = { maxBuffer: 64 * 1024 * 1024, env: { ...FEWER_COLLECTIONS, ...process.env } };
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr });
    });
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
    child.stdin?.end(input);
  });
}

export interface Prometheus {
  /** `http://host:port`. */
  readonly url: string;
  /** Runs an instant query and returns its vector. */
  query(expression: string): Promise<{ metric: Record<string, string>; value: number }[]>;
  /** Runs a range query and returns its matrix. Times and the step are in seconds. */
  queryRange(
    expression: string,
    start: number,
    end: number,
    step: number,
  ): Promise<{ metric: Record<string, string>; values: [number, string][] }[]>;
  targets(): Promise<{ health: string; lastError: string; lastScrape: string }[]>;
  stop(): Promise<void>;
}

/**
 * Starts a real Prometheus in a temporary folder, on a free port.
 *
 * @param files the files that the configuration refers to, by their relative paths
 */
export async function startPrometheus(
  configuration: string,
  files: Readonly<Record<string, string>> = {},
): Promise<Prometheus> {
  const { url, stop } = await startDaemon(
    'prometheus',
    { 'prometheus.yml': configuration, ...files },
    (folder, address) => [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
      '--log.level=warn',
    ],
  );
  const api = async <Data>(path: string): Promise<Data> => {
    const response = await fetch(`${url}/api/v1/${path}`);
    const body = (await response.json()) as { status: string; data: Data; error?: string };
    if (body.status !== 'success') throw new Error(`${path}: ${body.error}`);
    return body.data;
  };
  return {
    url,
    stop,
    async query(expression) {
      type Vector = { result: { metric: Record<string, string>; value: [number, string] }[] };
      const { result } = await api<Vector>(`query?query=${encodeURIComponent(expression)}`);
      return result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
    },
    async queryRange(expression, start, end, step) {
      const range = new URLSearchParams({ query: expression, start: `${start}`, end: `${end}`, step: `${step}` });
      type Matrix = { result: { metric: Record<string, string>; values: [number, string][] }[] };
      return (await api<Matrix>(`query_range?${range}`)).result;
    },
    async targets() {
      type Targets = { activeTargets: { health: string; lastError: string; lastScrape: string }[] };
      return (await api<Targets>('targets')).activeTargets;
    },
  };
}

/** Starts a real Alertmanager on a free port. */
export function startAlertmanager(configuration: string): Promise<Daemon> {
  return startDaemon('prometheus-alertmanager', { 'alertmanager.yml': configuration }, (folder, address) => [
    `--config.file=${join(folder, 'alertmanager.yml')}`,
    `--storage.path=${join(folder, 'data')}`,
    `--web.listen-address=${address}`,
    '--cluster.listen-address=',
    '--log.level=warn',
  ]);
}

interface Daemon {
  /** `http://host:port`. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a program of the Prometheus family and waits until it is ready. */
async function startDaemon(
  program: string,
  files: Readonly<Record<string, string>>,
  args: (folder: string, address: string) => string[],
): Promise<Daemon> {
  const folder = await mkdtemp(join(tmpdir(), `pointone-${program}-`));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(program, args(folder, address), { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr.on('data', (chunk) => {
    log += chunk;
  });
  const ended = once(child, 'close');
  const url = `http://${address}`;
  while (!(await isReady(`${url}/-/ready`))) {
    if (child.exitCode !== null) throw new Error(`${program} exited: ${log}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    url,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function isReady(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}
