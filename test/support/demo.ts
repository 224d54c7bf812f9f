import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import { temporaryFolder } from './exporter.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A tool of this repository that starts other programs. */
interface StartedTool {
  readonly child: ReturnType<typeof spawn>;
  readonly output: () => string;
  /** The pids of the running programs it started, without the compiler of its source and the cleanup process. */
  readonly children: () => number[];
  /** Sends a signal to its process group, as a terminal does. */
  readonly signal: (name: NodeJS.Signals) => void;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  readonly hasEnded: () => boolean;
  /** The paths of the temporary directories that it created and did not remove. */
  readonly folders: () => string[];
}

export interface Demo extends StartedTool {
  /** Returns the first URL with that label in the output. */
  readonly address: (name: string) => string;
}

/** Starts what `npm run demo` starts after the build. */
export async function startDemo(environment: NodeJS.ProcessEnv = {}): Promise<Demo> {
  const demo = await startTool('demo/main.ts', environment);
  return { ...demo, address: (name) => new RegExp(`^ *${name} +(http:\\S+)`, 'm').exec(demo.output())?.[1] ?? '' };
}

/** Starts what `npm run soak` starts after the build. */
export function startSoak(): Promise<StartedTool> {
  return startTool('soak/main.ts');
}

/** Starts the tool with a temporary directory of the test. */
async function startTool(main: string, environment: NodeJS.ProcessEnv = {}): Promise<StartedTool> {
  const temporary = await temporaryFolder();
  const child = spawn(process.execPath, ['--import', 'tsx', main], {
    cwd: ROOT,
    detached: true,
    env: { ...process.env, ...environment, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { pid = Number.NaN } = child;
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  const ended = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
  const seen = new Set<number>();
  const children = (): number[] => {
    const found = childrenOf(pid);
    for (const each of found) seen.add(each);
    return found;
  };
  onTestFinished(async () => {
    // Kill what a failed test left, by pid: children() cannot find processes that lost their parent.
    children();
    for (const left of [...seen, pid]) if (isRunning(left)) process.kill(left, 'SIGKILL');
    await ended;
  });
  return {
    child,
    output: () => output,
    children,
    signal: (name) => process.kill(-pid, name),
    ended,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    folders() {
      const names = readdirSync(temporary).filter((name) => name.startsWith('pointone-'));
      return names.map((name) => join(temporary, name));
    },
  };
}

/** Returns the running processes that a process started in process groups of their own. Linux only. */
function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const family = processInfo(pid);
      return family?.parent === parent && family.group === pid && !isCleanupProcess(pid);
    });
}

function isCleanupProcess(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('/demo/cleanup-process.mjs');
  } catch {
    // It has exited.
    return false;
  }
}

function processInfo(pid: number): { state: string; parent: number; group: number } | undefined {
  try {
    // "pid (name) state parent group …", and the name can contain any characters.
    const [, state = '', parent, group] =
      /.*\) (\S) (\d+) (\d+) /s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return { state, parent: Number(parent), group: Number(group) };
  } catch {
    return undefined;
  }
}

/**
 * Expects that all started programs have exited and all directories are removed. The cleanup process exits a moment later. Until
 * its program is loaded, isCleanupProcess does not recognize it.
 */
export function expectCleanedUp({ folders }: StartedTool, started: readonly number[]): void {
  expect(started.filter((pid) => isRunning(pid) && !isCleanupProcess(pid))).toEqual([]);
  expect(folders()).toEqual([]);
}

/** Reports whether a process runs. A zombie does not count. Linux only. */
export function isRunning(pid: number): boolean {
  const family = processInfo(pid);
  return family !== undefined && family.state !== 'Z';
}
