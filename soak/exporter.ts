import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** Bytes of body that the faults stay below or go far beyond. */
const LARGEST_BODY = '64KiB';

export interface RunningExporter {
  /** `http://host:port`. */
  readonly url: string;
  /** Lines of its output that are not its log, such as a warning of Node's. */
  readonly strangeLines: readonly string[];
  reload(): void;
  /** Ends it by SIGTERM; the result is how it ended: 0 when it should. */
  stop(): Promise<number | NodeJS.Signals | null>;
}

/** Starts the built exporter, in a process group of its own: Ctrl-C is for the soak, which ends it in good order. */
export async function startExporter(endpoint: string, accountsFile: string): Promise<RunningExporter> {
  const args = [
    PROGRAM,
    `--config.file=${accountsFile}`,
    `--api.endpoint=${endpoint}`,
    `--api.max-response-size=${LARGEST_BODY}`,
    '--web.listen-address=127.0.0.1:0',
    '--log.level=debug',
  ];
  const environment = { PATH: process.env['PATH'], HOME: process.env['HOME'] };
  const child = spawn(process.execPath, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const exited = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals | null);
  const strangeLines: string[] = [];
  const address = new Promise<string>((resolve, reject) => {
    const read = (line: string): void => {
      const found = /^\{.*"address":"([^"]+)".*"msg":"listening"\}$/.exec(line)?.[1];
      if (found !== undefined) resolve(found);
      if (!line.startsWith('{"level":') && strangeLines.length < 100) strangeLines.push(line);
    };
    createInterface(child.stdout).on('line', read);
    createInterface(child.stderr).on('line', read);
    exited.then(() => reject(new Error(`the exporter ended before it listened: ${strangeLines.join('\n')}`)), reject);
  });
  return {
    url: `http://${await address}`,
    strangeLines,
    reload: () => child.kill('SIGHUP'),
    async stop() {
      child.kill('SIGTERM');
      const patience = setTimeout(() => child.kill('SIGKILL'), 15_000);
      const how = await exited;
      clearTimeout(patience);
      return how;
    },
  };
}
