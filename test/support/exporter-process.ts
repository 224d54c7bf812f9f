import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** What the program needs of the surroundings; everything else, proxies above all, would make runs differ. */
const BASE_ENVIRONMENT = { PATH: process.env['PATH'], HOME: process.env['HOME'] };

export interface ExitResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningProcess {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly ended: Promise<ExitResult>;
}

/**
 * Starts the built program; the test that started it ends it.
 *
 * @param standardError an open file to write to; by default, what is written is kept
 */
export function start(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  standardError: number | 'pipe' = 'pipe',
): RunningProcess {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { ...BASE_ENVIRONMENT, ...environment },
    stdio: ['ignore', 'pipe', standardError],
  });
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, stdout, stderr }) as ExitResult);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { child, stdout: () => stdout, stderr: () => stderr, ended };
}

/** Runs the program to its end. */
export function run(args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<ExitResult> {
  return start(args, environment).ended;
}

export interface ServingProcess extends RunningProcess {
  /** `http://host:port`. */
  readonly url: string;
}

/** Starts the program on a free port and waits for its word that it listens. */
export async function serve(
  args: readonly string[],
  environment?: Readonly<Record<string, string>>,
): Promise<ServingProcess> {
  const running = start(['--web.listen-address=127.0.0.1:0', ...args], environment);
  const address = await listening(running);
  return { ...running, url: `http://${address}` };
}

async function listening({ stderr, ended }: RunningProcess): Promise<string> {
  let over = false;
  void ended.then(() => {
    over = true;
  });
  for (;;) {
    const address = /"address":"([^"]+)"/.exec(stderr())?.[1];
    if (address !== undefined) return address;
    if (over) throw new Error(`the exporter ended before it listened: ${stderr()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
