import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTemporaryDirectory } from '../demo/temporary-directory.ts';
import { HttpClient } from './http-client.ts';
import { startNode } from './processes.ts';

/** A simulated API in a process of its own. */
export interface BenchApi {
  readonly pid: number;
  readonly endpoint: string;
  /** By user name, in the order of the users. */
  readonly credentials: ReadonlyMap<string, string>;
  /** Contains a file per user with the credential. Removed by `stop`. */
  readonly folder: string;
  /** Sets a fault for all users, or clears all faults if undefined. */
  setFault(fault: object | undefined): Promise<void>;
  calls(): Promise<{ readonly total: number; readonly maxInFlight: number }>;
  stop(): Promise<void>;
}

/**
 * Starts the simulator. It caches its responses, so that its cost is low in comparison with what is measured.
 *
 * @param tokens the tokens of each user, in addition to the exporter's own
 */
export async function startBenchApi(users: number, tokens: number): Promise<BenchApi> {
  const folder = createTemporaryDirectory('bench');
  const args = [`--users=${users}`, `--tokens=${tokens}`, `--credentials=${folder.path}`];
  const simulator = await startNode(['--import', 'tsx', 'simulator/main.ts', ...args], /^endpoint: (\S+)/);
  const endpoint = simulator.address;
  const control = (resource: string): string => new URL(`/_control/${resource}`, endpoint).href;
  const client = new HttpClient();
  return {
    pid: simulator.pid,
    endpoint,
    credentials: await readCredentials(folder.path),
    folder: folder.path,
    async setFault(fault) {
      if (fault === undefined) await client.text(control('fault'), { method: 'DELETE' });
      else await client.text(control('fault'), { method: 'PUT', body: JSON.stringify({ fault }) });
    },
    async calls() {
      return JSON.parse(await client.text(control('state'))).calls;
    },
    async stop() {
      client.close();
      await simulator.stop();
      await folder.remove();
    },
  };
}

async function readCredentials(folder: string): Promise<Map<string, string>> {
  const names = (await readdir(folder)).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)),
  );
}
