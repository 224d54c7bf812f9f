import { fileURLToPath } from 'node:url';
import { type Child, startChild } from './child.ts';

/** A running exporter, from `dist/`. */
export interface BuiltExporter {
  /** `http://host:port`. */
  readonly url: string;
  readonly child: Child;
}

const PROGRAM = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/**
 * Starts the built exporter on a free port and waits for the log line with its address. Rejects and stops the exporter
 * if it exits first or the signal aborts.
 *
 * @param onLine called with each line of output
 */
export async function startBuiltExporter(
  settings: readonly string[],
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<BuiltExporter> {
  signal.throwIfAborted();
  let onAddress: (address: string) => void = () => undefined;
  const listening = new Promise<string>((resolve) => {
    onAddress = resolve;
  });
  const args = [PROGRAM, ...settings, '--web.listen-address=127.0.0.1:0'];
  const child = startChild('the exporter', process.execPath, args, (line) => {
    onLine(line);
    const address = /"address":"([^"]+)"/.exec(line)?.[1];
    if (address !== undefined) onAddress(address);
  });
  const failed = new Promise<never>((_resolve, reject) => {
    child.exited.then((status) =>
      reject(new Error(`the exporter exited before it listened (${status}):\n${child.lastLines()}`)),
    );
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  try {
    return { url: `http://${await Promise.race([listening, failed])}`, child };
  } catch (error) {
    await child.stop();
    throw error;
  }
}
