import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Folder {
  readonly path: string;
  remove(): Promise<void>;
}

/** A temporary folder, which does not outlive the process, however that ends. */
export async function makeFolder(): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), 'pointone-demo-'));
  const options = { recursive: true, force: true } as const;
  const atExit = (): void => rmSync(path, options);
  process.once('exit', atExit);
  return {
    path,
    async remove() {
      // A program that was just killed may still be seen writing.
      await rm(path, { ...options, maxRetries: 3 });
      process.off('exit', atExit);
    },
  };
}
