import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Other variables, such as proxies, `NODE_OPTIONS` or a compile cache, would affect the results. */
const ENVIRONMENT = { PATH: process.env['PATH'], HOME: process.env['HOME'] };

/** Lines of output to keep for the error message. */
const KEPT_LINES = 5;

/** The running children. The benchmark stops them however it exits. */
const children = new Set<ChildProcess>();

export interface RunningProcess {
  readonly pid: number;
  /** The first group of `readyPattern` in the line that reported readiness. */
  readonly address: string;
  stop(): Promise<void>;
}

/**
 * Starts Node and waits for the line in which the program reports its address.
 *
 * @param readyPattern matches that line; its first group is the address
 * @throws if the program exits first; its last lines are printed
 */
export async function startNode(
  args: readonly string[],
  readyPattern: RegExp,
  environment: Readonly<Record<string, string>> = {},
): Promise<RunningProcess> {
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...ENVIRONMENT, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  const last: string[] = [];
  const exited = once(child, 'exit').then(([status, signal]) => {
    // `stop` and `killAll` remove a child before they kill it, so this exit is unexpected.
    if (children.delete(child))
      console.error(`${args[0]} exited unexpectedly (${status ?? signal}):\n${last.join('\n')}`);
  });
  const ready = new Promise<string>((resolve) => {
    for (const output of [child.stdout, child.stderr]) {
      createInterface({ input: output }).on('line', (line) => {
        if (last.push(line) > KEPT_LINES) last.shift();
        const address = readyPattern.exec(line)?.[1];
        if (address !== undefined) resolve(address);
      });
    }
  });
  const address = await Promise.race([ready, exited.then(() => undefined)]);
  if (address === undefined) throw new Error(`${args[0]} exited before it listened`);
  return {
    pid: child.pid as number,
    address,
    async stop() {
      children.delete(child);
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** Measures how long Node takes to run the arguments and exit, in milliseconds. */
export async function timeNode(args: readonly string[]): Promise<number> {
  const begin = performance.now();
  const child = spawn(process.execPath, args, { cwd: ROOT, env: ENVIRONMENT, stdio: 'ignore' });
  children.add(child);
  await once(child, 'exit').finally(() => children.delete(child));
  return performance.now() - begin;
}

/** Runs a program until it exits. Throws, with its output, if it fails. */
export async function runToCompletion(program: string, args: readonly string[], folder: string): Promise<void> {
  const task = promisify(execFile)(program, args, { cwd: folder });
  children.add(task.child);
  await task.finally(() => children.delete(task.child));
}

/** Kills all children. They have no state to save. */
export function killAll(): void {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
}
