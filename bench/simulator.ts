import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../demo/folder.ts';
import { HttpClient } from './http-client.ts';
import { startNode } from './processes.ts';

/** A simulated API in a process of its own. */
export interface Upstream {
  readonly pid: number;
  readonly endpoint: string;
  /** By the users' names, in their order. */
  readonly credentials: ReadonlyMap<string, string>;
  /** Holds the credentials, each in a file by its user's name. Removed at the end. */
  readonly folder: string;
  /** Puts a fault in force for everybody, undefined for none. */
  setFault(fault: object | undefined): Promise<void>;
  calls(): Promise<{ readonly total: number; readonly maxInFlight: number }>;
  stop(): Promise<void>;
}

/**
 * Starts the simulator, which keeps its answers, so that it costs little beside what is measured.
 *
 * @param tokens how many each user has beside the exporter's own
 */
export async function startUpstream(users: number, tokens: number): Promise<Upstream> {
  const folder = makeFolder('bench');
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
