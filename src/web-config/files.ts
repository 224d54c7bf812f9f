import { createHash } from 'node:crypto';
import { FileError, readRegularFile } from '../runtime/file-reader.ts';

/** Bundles of all public authorities have a quarter of this. */
const MAX_FILE_BYTES = 1024 * 1024;

/** The web configuration's files as they were at one reading, so that a later reading can be told to be the same. */
export class WebConfigFiles {
  /** What each file held, or why it could not be read. */
  readonly #outcomes = new Map<string, Buffer | FileError>();

  async read(path: string): Promise<Buffer | FileError> {
    const outcome = this.#outcomes.get(path) ?? (await readOrError(path));
    this.#outcomes.set(path, outcome);
    return outcome;
  }

  get paths(): readonly string[] {
    return [...this.#outcomes.keys()];
  }

  /** The same for the same files with the same contents, or the same reasons why they cannot be read. */
  get fingerprint(): string {
    const hash = createHash('sha256');
    for (const [path, outcome] of this.#outcomes) {
      const isError = outcome instanceof FileError;
      const content = createHash('sha256').update(isError ? outcome.message : outcome);
      hash.update(JSON.stringify([path, isError, content.digest('hex')]));
    }
    return hash.digest('base64');
  }
}

/** The fingerprint that the files have now. */
export async function fingerprintFiles(paths: readonly string[]): Promise<string> {
  const files = new WebConfigFiles();
  for (const path of paths) await files.read(path);
  return files.fingerprint;
}

async function readOrError(path: string): Promise<Buffer | FileError> {
  try {
    return await readRegularFile(path, MAX_FILE_BYTES);
  } catch (error) {
    if (error instanceof FileError) return error;
    throw error;
  }
}
