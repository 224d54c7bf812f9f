import { createHash } from 'node:crypto';
import { FileError, readRegularFile } from '../runtime/file-reader.ts';

/** Maximum size of a file: four times a bundle of all public certificate authorities. */
const MAX_FILE_BYTES = 1024 * 1024;

/** The contents of the web configuration's files at one point in time, with a fingerprint to detect changes. */
export class WebConfigFiles {
  /** The content of each file, or the read error. */
  readonly #outcomes = new Map<string, Buffer | FileError>();

  async read(path: string): Promise<Buffer | FileError> {
    const outcome = this.#outcomes.get(path) ?? (await readOrError(path));
    this.#outcomes.set(path, outcome);
    return outcome;
  }

  get paths(): readonly string[] {
    return [...this.#outcomes.keys()];
  }

  /** Returns a hash of all paths with their contents or read errors. Equal fingerprints mean equal files. */
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

/** Reads the files and returns their current fingerprint. */
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
