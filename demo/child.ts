import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { registerProgram, unregisterProgram } from './cleanup-process.ts';

/** Maximum time for a program to exit after SIGTERM. */
const STOP_TIMEOUT_MS = 10_000;
const KEPT_LINES = 20;

/** A program that the demo started. */
export interface Child {
  readonly name: string;
  /** The signal or status with which it exited, or the error if it did not start. Never rejects. */
  readonly exited: Promise<string>;
  /** Returns the last lines of its output. */
  readonly lastLines: () => string;
  send(signal: NodeJS.Signals): void;
  /** Stops it with SIGTERM, and with SIGKILL after a timeout. You can call it more than once. */
  stop(): Promise<void>;
}

/**
 * Starts a program in its own process group. Ctrl-C then reaches only the demo, which stops the programs in order.
 * If the demo crashes, its exit handler kills the program. If the demo is killed, the cleanup process kills it.
 *
 * @param onLine called with each line of output
 */
export function startChild(
  name: string,
  program: string,
  args: readonly string[],
  onLine: (line: string) => void = () => undefined,
): Child {
  const child = spawn(program, args, { detached: true, env: environment(), stdio: ['ignore', 'pipe', 'pipe'] });
  const kill = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', kill);
  const { pid } = child;
  if (pid !== undefined) registerProgram(pid);
  const exited = new Promise<string>((resolve) => {
    child.once('error', ({ message }) => resolve(message));
    child.once('exit', (code, signal) => resolve(signal ?? `status ${code}`));
  }).finally(() => {
    process.off('exit', kill);
    if (pid !== undefined) unregisterProgram(pid);
  });
  const last: string[] = [];
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', (line) => {
      last.push(line);
      if (last.length > KEPT_LINES) last.shift();
      onLine(line);
    });
  }
  return {
    name,
    exited,
    lastLines: () => last.join('\n'),
    send: (signal) => child.kill(signal),
    async stop() {
      child.kill('SIGTERM');
      const force = setTimeout(kill, STOP_TIMEOUT_MS);
      await exited;
      clearTimeout(force);
    },
  };
}

/** Returns the environment without settings of the exporter, which would affect the demo. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('POINTONE_')));
}
