import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';

const CLEANUP_PROCESS = fileURLToPath(new URL('cleanup-process.mjs', import.meta.url));

const programs = new Set<number>();
const directories = new Set<string>();
let send: ((line: string) => void) | undefined;

/** Registers a program to be killed if this process is killed. */
export function registerProgram(pid: number): void {
  programs.add(pid);
  send ??= startCleanupProcess();
  sendState();
}

/** Unregisters a program. Call it as soon as the program exits: the system can reuse its pid. */
export function unregisterProgram(pid: number): void {
  programs.delete(pid);
  sendState();
}

/** Registers a directory to be removed if this process is killed after it has started a program. */
export function registerDirectory(path: string): void {
  directories.add(path);
  sendState();
}

export function unregisterDirectory(path: string): void {
  directories.delete(path);
  sendState();
}

function sendState(): void {
  send?.(`${JSON.stringify({ programs: [...programs], directories: [...directories] })}\n`);
}

/** Starts the process in its own group, so that signals to this group do not end it. The parent can still exit. */
function startCleanupProcess(): (line: string) => void {
  const child = spawn(process.execPath, [CLEANUP_PROCESS], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  // Without the cleanup process, the demo works, but nothing cleans up after SIGKILL.
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  child.unref();
  (child.stdin as Socket).unref();
  return (line) => child.stdin.write(line);
}
