import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';

const KEEPER = fileURLToPath(new URL('keeper.mjs', import.meta.url));

const programs = new Set<number>();
const folders = new Set<string>();
let tellKeeper: ((text: string) => void) | undefined;

/** Lets the program be killed, and the folders as well be removed, should this process be killed. */
export function keepProgram(pid: number): void {
  programs.add(pid);
  tellKeeper ??= startKeeper();
  tell();
}

/** To be told as soon as it has ended: its number may be another program's next. */
export function programEnded(pid: number): void {
  programs.delete(pid);
  tell();
}

/** Matters only once there is a program: folders alone are worth no keeper. */
export function keepFolder(path: string): void {
  folders.add(path);
  tell();
}

export function folderRemoved(path: string): void {
  folders.delete(path);
  tell();
}

function tell(): void {
  tellKeeper?.(`${JSON.stringify({ programs: [...programs], folders: [...folders] })}\n`);
}

/** In a process group of its own, so that no signal for this one ends it, and without keeping this process from ending. */
function startKeeper(): (text: string) => void {
  const keeper = spawn(process.execPath, [KEEPER], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  // Without it, all goes on as long as this process is not killed.
  keeper.on('error', () => undefined);
  keeper.stdin.on('error', () => undefined);
  keeper.unref();
  (keeper.stdin as Socket).unref();
  return (text) => keeper.stdin.write(text);
}
