import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { User } from '../simulator/world.ts';
import { type Child, startChild } from './child.ts';
import { makeFolder } from './folder.ts';

export interface RunningExporter {
  /** `http://host:port`. */
  readonly url: string;
  readonly child: Child;
  stop(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/**
 * Starts the built exporter on a free port with an account for each user, as an operator would configure it. Rejects,
 * and leaves nothing behind, when it ends before it listens or the signal aborts before.
 *
 * @param say told of each line of its log
 */
export async function startExporter(
  endpoint: string,
  users: Iterable<User>,
  say: (text: string) => void = console.log,
  signal: AbortSignal = new AbortController().signal,
): Promise<RunningExporter> {
  const folder = await makeFolder();
  try {
    const file = join(folder.path, 'accounts.yml');
    // JSON is YAML.
    await writeFile(file, JSON.stringify({ accounts: await leaveCredentials(folder.path, users) }, undefined, 2));
    signal.throwIfAborted();
    const args = [PROGRAM, `--config.file=${file}`, `--api.endpoint=${endpoint}`, '--web.listen-address=127.0.0.1:0'];
    const { child, address } = await listening(args, say, signal);
    return {
      url: `http://${address}`,
      child,
      async stop() {
        await child.stop();
        await folder.remove();
      },
    };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

/** Leaves each user's credential in a file by the user's name; the result is the accounts of a configuration file. */
async function leaveCredentials(folder: string, users: Iterable<User>): Promise<object[]> {
  const accounts: object[] = [];
  for (const { id, credential } of users) {
    await writeFile(join(folder, id), credential, { mode: 0o600 });
    accounts.push({ name: id, token_file: id });
  }
  return accounts;
}

/** Starts the exporter, and waits for the line of its log in which it says where it listens. */
async function listening(
  args: readonly string[],
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<{ child: Child; address: string }> {
  let found: (address: string) => void = () => undefined;
  const told = new Promise<string>((resolve) => {
    found = resolve;
  });
  const child = startChild('the exporter', process.execPath, args, (line) => {
    say(`exporter: ${line}`);
    const address = /"address":"([^"]+)"/.exec(line)?.[1];
    if (address !== undefined) found(address);
  });
  const never = new Promise<never>((_resolve, reject) => {
    child.ended.then((how) => reject(new Error(`the exporter ended before it listened (${how})`)));
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  try {
    return { child, address: await Promise.race([told, never]) };
  } catch (error) {
    await child.stop();
    throw error;
  }
}
