import { mkdtempSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderRemoved, keepFolder } from './keeper.ts';

export interface Folder {
  readonly path: string;
  remove(): Promise<void>;
}

/** A program that was just killed may still be seen writing. */
const REMOVAL = { recursive: true, force: true, maxRetries: 3 } as const;

/**
 * A temporary folder, which does not outlive the process, however that ends. Made at once, so that no signal comes
 * between the folder and its end.
 *
 * @param purpose a part of its name
 */
export function makeFolder(purpose: string): Folder {
  const path = mkdtempSync(join(tmpdir(), `pointone-${purpose}-`));
  const atExit = (): void => rmSync(path, REMOVAL);
  process.once('exit', atExit);
  keepFolder(path);
  return {
    path,
    async remove() {
      await rm(path, REMOVAL);
      process.off('exit', atExit);
      folderRemoved(path);
    },
  };
}
