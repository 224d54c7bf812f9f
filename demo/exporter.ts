import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { User } from '../simulator/state.ts';
import { type BuiltExporter, startBuiltExporter } from './built-exporter.ts';
import { makeFolder } from './folder.ts';

export interface RunningExporter extends BuiltExporter {
  stop(): Promise<void>;
}

/**
 * Starts the built exporter on a free port with an account for each user, as an operator would configure it. Rejects,
 * and leaves nothing behind, when it ends before it listens or the signal aborts before.
 *
 * @param log told of each line of its log
 */
export async function startExporter(
  endpoint: string,
  users: Iterable<User>,
  log: (text: string) => void = console.log,
  signal: AbortSignal = new AbortController().signal,
): Promise<RunningExporter> {
  const folder = makeFolder('demo');
  try {
    const file = join(folder.path, 'accounts.yml');
    // JSON is YAML.
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

/** Leaves each user's credential in a file by the user's name; the result is the accounts of a configuration file. */
async function writeCredentials(folder: string, users: Iterable<User>): Promise<object[]> {
  const accounts: object[] = [];
  for (const { id, credential } of users) {
    await writeFile(join(folder, id), credential, { mode: 0o600 });
    accounts.push({ name: id, token_file: id });
  }
  return accounts;
}
