import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './exporter.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Demo {
  readonly child: ReturnType<typeof spawn>;
  readonly output: () => string;
  /** The first address of that name in its guide. */
  readonly address: (name: string) => string;
  /** The programs it has started (not what compiles its own source) and that still run, by number. */
  readonly children: () => number[];
  /** Sends a signal to the process group of the demonstration, as the terminal does. */
  readonly signal: (name: NodeJS.Signals) => void;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** The folders it has left, of those that it makes. */
  readonly folders: () => Promise<string[]>;
}

/** What `npm run demo` runs after the build, with temporary files in a folder of the test. */
export async function startDemo(path = process.env['PATH'] ?? ''): Promise<Demo> {
  const temporary = await temporaryFolder();
  const child = spawn(process.execPath, ['--import', 'tsx', 'demo/main.ts'], {
    cwd: ROOT,
    detached: true,
    env: { ...process.env, PATH: path, TMPDIR: temporary },
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
    address: (name) => new RegExp(`^ *${name} +(http:\\S+)`, 'm').exec(output)?.[1] ?? '',
    children,
    signal: (name) => process.kill(-pid, name),
    ended,
    folders: async () => (await readdir(temporary)).filter((name) => name.startsWith('pointone-demo-')),
  };
}

/** The processes that a process has started in groups of their own, and that still run. Of Linux. */
function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const family = familyOf(pid);
      return family?.parent === parent && family.group === pid;
    });
}

function familyOf(pid: number): { parent: number; group: number } | undefined {
  try {
    // "pid (name) state parent group …", where the name may hold anything.
    const [, parent, group] = /.*\) \S (\d+) (\d+) /s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return { parent: Number(parent), group: Number(group) };
  } catch {
    return undefined;
  }
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
