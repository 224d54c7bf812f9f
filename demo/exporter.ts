import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { User } from '../simulator/world.ts';

export interface RunningExporter {
  /** `http://host:port`. */
  readonly url: string;
  /** Its exit status. */
  readonly ended: Promise<number | null>;
  stop(): Promise<void>;
}

/** Starts the built exporter on a free port with an account for each user, as an operator would configure it. */
export async function startExporter(endpoint: string, users: Iterable<User>): Promise<RunningExporter> {
  const folder = await mkdtemp(join(tmpdir(), 'pointone-demo-'));
  const accounts: object[] = [];
  for (const { id, credential } of users) {
    await writeFile(join(folder, id), credential, { mode: 0o600 });
    accounts.push({ name: id, token_file: id });
  }
  const file = join(folder, 'accounts.yml');
  // JSON is YAML.
  await writeFile(file, JSON.stringify({ accounts }, undefined, 2));

  const program = fileURLToPath(new URL('../dist/main.js', import.meta.url));
  const args = [`--config.file=${file}`, `--api.endpoint=${endpoint}`, '--web.listen-address=127.0.0.1:0'];
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'inherit', 'pipe'] });
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const lines = createInterface({ input: child.stderr });
  const address = await Promise.race([addressIn(lines), ended]);
  if (typeof address !== 'string') throw new Error(`the exporter ended with status ${address} before it listened`);
  return {
    url: `http://${address}`,
    ended,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Shows the exporter's log, and waits for the line in which it says where it listens. */
function addressIn(lines: NodeJS.EventEmitter): Promise<string> {
  return new Promise((resolve) => {
    lines.on('line', (line: string) => {
      console.log(line);
      const address = /"address":"([^"]+)"/.exec(line)?.[1];
      if (address !== undefined) resolve(address);
    });
  });
}
