import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import { temporaryFolder } from './exporter.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A program of ours that starts others. */
interface StartedTool {
  readonly child: ReturnType<typeof spawn>;
  readonly output: () => string;
  /** The programs it has started (neither what compiles its own source nor its keeper) and that still run, by number. */
  readonly children: () => number[];
  /** Sends a signal to its process group, as the terminal does. */
  readonly signal: (name: NodeJS.Signals) => void;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  readonly hasEnded: () => boolean;
  /** The paths of the temporary folders it has made, and not removed. */
  readonly folders: () => string[];
}

export interface Demo extends StartedTool {
  /** The first address of that name in its guide. */
  readonly address: (name: string) => string;
}

/** What `npm run demo` runs after the build. */
export async function startDemo(environment: NodeJS.ProcessEnv = {}): Promise<Demo> {
  const demo = await startTool('demo/main.ts', environment);
  return { ...demo, address: (name) => new RegExp(`^ *${name} +(http:\\S+)`, 'm').exec(demo.output())?.[1] ?? '' };
}

/** What `npm run soak` runs after the build. */
export function startSoak(): Promise<StartedTool> {
  return startTool('soak/main.ts');
}

/** Starts it with temporary files in a folder of the test. */
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
    // Whatever a failed test has left, by number: those that lost their parent cannot be found any more.
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

/** The processes that a process has started in groups of their own, and that still run. Of Linux. */
function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const family = processInfo(pid);
      return family?.parent === parent && family.group === pid && !isKeeper(pid);
    });
}

function isKeeper(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('/demo/keeper.mjs');
  } catch {
    // It has ended in the meantime.
    return false;
  }
}

function processInfo(pid: number): { state: string; parent: number; group: number } | undefined {
  try {
    // "pid (name) state parent group …", where the name may hold anything.
    const [, state = '', parent, group] =
      /.*\) (\S) (\d+) (\d+) /s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return { state, parent: Number(parent), group: Number(group) };
  } catch {
    return undefined;
  }
}

/**
 * Everything that it has started is gone, and so are its folders. The keeper ends a moment after it, and until it has
 * begun, it looks like any other.
 */
export function expectCleanedUp({ folders }: StartedTool, started: readonly number[]): void {
  expect(started.filter((pid) => isRunning(pid) && !isKeeper(pid))).toEqual([]);
  expect(folders()).toEqual([]);
}

/** Of Linux: one that has ended and whom nobody has asked how is not. */
export function isRunning(pid: number): boolean {
  const family = processInfo(pid);
  return family !== undefined && family.state !== 'Z';
}
