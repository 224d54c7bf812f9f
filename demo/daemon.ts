import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../test/support/free-port.ts';
import { type Child, startChild } from './child.ts';
import { createTemporaryDirectory } from './temporary-directory.ts';

/** A running Prometheus or Alertmanager. */
export interface Daemon {
  /** `http://host:port`. */
  readonly url: string;
  readonly child: Child;
  stop(): Promise<void>;
}

export interface DaemonOptions {
  /** The display name. */
  readonly name: string;
  /** The path of the program. */
  readonly program: string;
  readonly configuration: object;
  /** Further files next to the configuration file, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** The flag that sets the data directory. */
  readonly storageFlag: string;
  readonly flags?: readonly string[];
}

/** Returns the path of the first of these programs in PATH, or undefined if none is installed. */
export function findInPath(...names: readonly string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}

/**
 * Starts a program on a free port and waits until it is ready. Rejects and cleans up if it exits first or the signal
 * aborts.
 */
export async function startDaemon(
  { name, program, configuration, files = {}, storageFlag, flags = [] }: DaemonOptions,
  signal: AbortSignal,
): Promise<Daemon> {
  const folder = createTemporaryDirectory('demo');
  let child: Child | undefined;
  const stop = async (): Promise<void> => {
    await child?.stop();
    await folder.remove();
  };
  try {
    const [file, data] = [join(folder.path, 'configuration.yml'), join(folder.path, 'data')];
    await mkdir(data);
    // JSON is valid YAML.
    await writeFile(file, JSON.stringify(configuration, undefined, 2));
    for (const [other, text] of Object.entries(files)) await writeFile(join(folder.path, other), text);
    const address = `127.0.0.1:${await freePort()}`;
    signal.throwIfAborted();
    child = startChild(name, program, [
      `--config.file=${file}`,
      `${storageFlag}=${data}`,
      `--web.listen-address=${address}`,
      '--log.level=warn',
      ...flags,
    ]);
    await waitUntilReady(child, `http://${address}/-/ready`, signal);
    return { url: `http://${address}`, child, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function waitUntilReady(child: Child, url: string, signal: AbortSignal): Promise<void> {
  let exit: string | undefined;
  child.exited.then((status) => {
    exit = status;
  });
  while (!(await isReady(url, signal))) {
    if (exit !== undefined)
      throw new Error(`${child.name} exited before it was ready (${exit}):\n${child.lastLines()}`);
    await wait(50, undefined, { signal });
  }
}

async function isReady(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    return (await fetch(url, { signal })).ok;
  } catch {
    return false;
  }
}
