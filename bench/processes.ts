import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Whatever else is set here (proxies, `NODE_OPTIONS`, a compile cache) would make runs differ. */
const ENVIRONMENT = { PATH: process.env['PATH'], HOME: process.env['HOME'] };

/** Lines kept of what a process writes, for the message when it fails. */
const REMEMBERED = 5;

/** Everything started and not yet ended, so that nothing is left behind on whatever way out. */
const running = new Set<ChildProcess>();

export interface Running {
  readonly pid: number;
  /** What the line that announced it said. */
  readonly said: string;
  stop(): Promise<void>;
}

/**
 * Starts Node and waits for the line in which the program says where it can be reached.
 *
 * @param announcement matches that line; its first group is what is wanted of it
 * @throws when the program ends before; its last lines are shown
 */
export async function start(
  args: readonly string[],
  announcement: RegExp,
  environment: Readonly<Record<string, string>> = {},
): Promise<Running> {
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...ENVIRONMENT, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const last: string[] = [];
  const exited = once(child, 'exit').then(([status, signal]) => {
    // Of those still running in our eyes, nobody was told to end.
    if (running.delete(child)) console.error(`${args[0]} ended by itself (${status ?? signal}):\n${last.join('\n')}`);
  });
  const announced = new Promise<string>((resolve) => {
    for (const output of [child.stdout, child.stderr]) {
      createInterface({ input: output }).on('line', (line) => {
        if (last.push(line) > REMEMBERED) last.shift();
        const said = announcement.exec(line)?.[1];
        if (said !== undefined) resolve(said);
      });
    }
  });
  const said = await Promise.race([announced, exited.then(() => undefined)]);
  if (said === undefined) throw new Error(`${args[0]} ended before it could be reached`);
  return {
    pid: child.pid as number,
    said,
    async stop() {
      running.delete(child);
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** How long it takes Node to do this and end, in milliseconds. */
export async function timeOf(args: readonly string[]): Promise<number> {
  const begin = performance.now();
  const child = spawn(process.execPath, args, { cwd: ROOT, env: ENVIRONMENT, stdio: 'ignore' });
  running.add(child);
  await once(child, 'exit').finally(() => running.delete(child));
  return performance.now() - begin;
}

/** Runs a program to its end. @throws when it fails, with what it said */
export async function run(program: string, args: readonly string[], folder: string): Promise<void> {
  const ran = promisify(execFile)(program, args, { cwd: folder });
  running.add(ran.child);
  await ran.finally(() => running.delete(ran.child));
}

/** Ends all that was started, at once; they hold nothing that would have to be saved. */
export function killAll(): void {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
}
