import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Whatever else is set here (proxies, `NODE_OPTIONS`, a compile cache) would make runs differ. */
const ENVIRONMENT = { PATH: process.env['PATH'], HOME: process.env['HOME'] };

/** Lines kept of what a process writes, for the message when it fails. */
const KEPT_LINES = 5;

/** Everything started and not yet ended, so that nothing is left behind on whatever way out. */
const children = new Set<ChildProcess>();

export interface RunningProcess {
  readonly pid: number;
  /** What the line that announced it said. */
  readonly address: string;
  stop(): Promise<void>;
}

/**
 * Starts Node and waits for the line in which the program says where it can be reached.
 *
 * @param readyPattern matches that line; its first group is what is wanted of it
 * @throws when the program ends before; its last lines are shown
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
    // Of those still running in our eyes, nobody was told to end.
    if (children.delete(child)) console.error(`${args[0]} ended by itself (${status ?? signal}):\n${last.join('\n')}`);
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
  if (address === undefined) throw new Error(`${args[0]} ended before it could be reached`);
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

/** How long it takes Node to do this and end, in milliseconds. */
export async function timeNode(args: readonly string[]): Promise<number> {
  const begin = performance.now();
  const child = spawn(process.execPath, args, { cwd: ROOT, env: ENVIRONMENT, stdio: 'ignore' });
  children.add(child);
  await once(child, 'exit').finally(() => children.delete(child));
  return performance.now() - begin;
}

/** Runs a program to its end. @throws when it fails, with what it said */
export async function runToCompletion(program: string, args: readonly string[], folder: string): Promise<void> {
  const task = promisify(execFile)(program, args, { cwd: folder });
  children.add(task.child);
  await task.finally(() => children.delete(task.child));
}

/** Ends all that was started, at once; they hold nothing that would have to be saved. */
export function killAll(): void {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
}
