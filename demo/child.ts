import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { keepProgram, programEnded } from './keeper.ts';

/** After SIGTERM, a program has this long to end by itself. */
const STOP_TIMEOUT_MS = 10_000;
const KEPT_LINES = 20;

/** A program that belongs to the demonstration. */
export interface Child {
  readonly name: string;
  /** How it ended, in words. Never rejects. */
  readonly exited: Promise<string>;
  /** The last lines that it printed. */
  readonly lastLines: () => string;
  send(signal: NodeJS.Signals): void;
  /** Ends it, by force when it does not end by itself. May be called again. */
  stop(): Promise<void>;
}

/**
 * Starts a program in a process group of its own, so that Ctrl-C reaches the demonstration alone, which then ends one
 * program after the other. Should the demonstration itself break, the program is killed at its exit; and should it be
 * killed, by the keeper.
 *
 * @param onLine told of each line that it prints
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
  if (pid !== undefined) keepProgram(pid);
  const exited = new Promise<string>((resolve) => {
    child.once('error', ({ message }) => resolve(message));
    child.once('exit', (code, signal) => resolve(signal ?? `status ${code}`));
  }).finally(() => {
    process.off('exit', kill);
    if (pid !== undefined) programEnded(pid);
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

/** Without settings for an exporter of somebody's own, which would change this one. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('POINTONE_')));
}
