import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { User } from '../simulator/state.ts';
import { type BuiltExporter, startBuiltExporter } from './built-exporter.ts';
import { createTemporaryDirectory } from './temporary-directory.ts';

export interface RunningExporter extends BuiltExporter {
  stop(): Promise<void>;
}

/**
 * Starts the built exporter on a free port with one account per user, configured with an accounts file. Rejects
 * and cleans up if it exits before it listens or the signal aborts.
 *
 * @param log called with each line of the exporter's log
 */
export async function startExporter(
  endpoint: string,
  users: Iterable<User>,
  log: (text: string) => void = console.log,
  signal: AbortSignal = new AbortController().signal,
): Promise<RunningExporter> {
  const folder = createTemporaryDirectory('demo');
  try {
    const file = join(folder.path, 'accounts.yml');
    // JSON is valid YAML.
    await writeFile(file, JSON.stringify({ accounts: await writeCredentials(folder.path, users) }, undefined, 2));
    const settings = [`--config.file=${file}`, `--api.endpoint=${endpoint}`];
    const exporter = await startBuiltExporter(settings, (line) => log(`exporter: ${line}`), signal);
    return {
      ...exporter,
      async stop() {
        await exporter.child.stop();
        await folder.remove();
      },
    };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

/** Writes each user's credential to a file named after the user. Returns the entries of the accounts file. */
async function writeCredentials(folder: string, users: Iterable<User>): Promise<object[]> {
  const accounts: object[] = [];
  for (const { id, credential } of users) {
    await writeFile(join(folder, id), credential, { mode: 0o600 });
    accounts.push({ name: id, token_file: id });
  }
  return accounts;
}
