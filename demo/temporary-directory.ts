import { mkdtempSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { registerDirectory, unregisterDirectory } from './cleanup-process.ts';

export interface TemporaryDirectory {
  readonly path: string;
  remove(): Promise<void>;
}

/** Retries: a program that was just killed may still write to the directory. */
const REMOVAL = { recursive: true, force: true, maxRetries: 3 } as const;

/**
 * Creates a temporary directory and removes it when the process exits. It is synchronous, so that no signal can arrive
 * between the creation and the registration of the cleanup.
 *
 * @param purpose part of the directory's name
 */
export function createTemporaryDirectory(purpose: string): TemporaryDirectory {
  const path = mkdtempSync(join(tmpdir(), `pointone-${purpose}-`));
  const atExit = (): void => rmSync(path, REMOVAL);
  process.once('exit', atExit);
  registerDirectory(path);
  return {
    path,
    async remove() {
      await rm(path, REMOVAL);
      process.off('exit', atExit);
      unregisterDirectory(path);
    },
  };
}
