import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { it } from 'vitest';

/** The parts of the real stack, and how to know that one is there. */
const PARTS = {
  prometheus: () => onPath('prometheus'),
  promtool: () => onPath('promtool'),
  // A `python3` found first may be one without Debian's modules.
  'python3-prometheus-client': () => runs('/usr/bin/python3', ['-c', 'import prometheus_client.openmetrics.parser']),
} as const;
export type Part = keyof typeof PARTS;

function missing(parts: readonly Part[]): Part[] {
  return parts.filter((part) => !PARTS[part]());
}

/** A test that needs parts of the real stack: skipped, with the reason, without them; failed when they are required. */
export function stackTest(name: string, parts: readonly Part[], run: () => Promise<void>): void {
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

/** Runs a program with text on its standard input; resolves with its exit status and all it printed. */
export function pipe(program: string, args: string[], input: string): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = execFile(program, args, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr });
    });
    child.stdin?.end(input);
  });
}

export interface Prometheus {
  /** Runs an instant query and returns its vector. */
  query(expression: string): Promise<{ metric: Record<string, string>; value: number }[]>;
  targets(): Promise<{ health: string; lastError: string; lastScrape: string }[]>;
  stop(): Promise<void>;
}

/** A real Prometheus with a configuration of its own, in a folder of its own, on a free port. */
export async function startPrometheus(configuration: string): Promise<Prometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'pointone-prometheus-'));
  const file = join(folder, 'prometheus.yml');
  await writeFile(file, configuration);
  const address = `127.0.0.1:${await freePort()}`;
  const args = [
    `--config.file=${file}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=${address}`,
    '--log.level=warn',
  ];
  const child = spawn('prometheus', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr.on('data', (chunk) => {
    log += chunk;
  });
  const ended = once(child, 'close');
  const api = async <Data>(path: string): Promise<Data> => {
    const answer = await fetch(`http://${address}/api/v1/${path}`);
    const body = (await answer.json()) as { status: string; data: Data; error?: string };
    if (body.status !== 'success') throw new Error(`${path}: ${body.error}`);
    return body.data;
  };
  while (
    !(await fetch(`http://${address}/-/ready`).then(
      (answer) => answer.ok,
      () => false,
    ))
  ) {
    if (child.exitCode !== null) throw new Error(`prometheus ended: ${log}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    async query(expression) {
      type Vector = { result: { metric: Record<string, string>; value: [number, string] }[] };
      const { result } = await api<Vector>(`query?query=${encodeURIComponent(expression)}`);
      return result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
    },
    async targets() {
      return (await api<{ activeTargets: { health: string; lastError: string; lastScrape: string }[] }>('targets'))
        .activeTargets;
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
