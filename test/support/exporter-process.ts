import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** The only inherited variables. Others, especially those for proxies, would make the tests depend on the machine. */
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
 * Starts the built program and kills it at the end of the test.
 *
 * @param standardError an open file for standard error; by default the output is captured
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

/** Runs the program until it exits. */
export function run(args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<ExitResult> {
  return start(args, environment).ended;
}

export interface ServingProcess extends RunningProcess {
  /** `http://host:port`. */
  readonly url: string;
}

/** Starts the program on a free port and waits until it logs its address. */
export async function serve(
  args: readonly string[],
  environment?: Readonly<Record<string, string>>,
): Promise<ServingProcess> {
  const running = start(['--web.listen-address=127.0.0.1:0', ...args], environment);
  const address = await listening(running);
  return { ...running, url: `http://${address}` };
}

async function listening({ stderr, ended }: RunningProcess): Promise<string> {
  let exited = false;
  void ended.then(() => {
    exited = true;
  });
  for (;;) {
    const address = /"address":"([^"]+)"/.exec(stderr())?.[1];
    if (address !== undefined) return address;
    if (exited) throw new Error(`the exporter exited before it listened: ${stderr()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
