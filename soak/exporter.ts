import { startBuiltExporter } from '../demo/built-exporter.ts';

/** Bytes of body that the faults stay below or go far beyond. */
const MAX_RESPONSE_SIZE = '64KiB';

const KEPT_LINES = 100;

export interface RunningExporter {
  /** `http://host:port`. */
  readonly url: string;
  /** Lines of its output that are not its log, such as a warning of Node's. */
  readonly nonLogLines: readonly string[];
  /** How it ended, in words: `status 0` when it should. */
  readonly exited: Promise<string>;
  reload(): void;
  /** Ends it by SIGTERM. May be called again. */
  stop(): Promise<void>;
}

/** Starts the built exporter. Rejects, and leaves nothing behind, when it ends or the signal aborts before it listens. */
export async function startExporter(
  endpoint: string,
  accountsFile: string,
  signal: AbortSignal,
): Promise<RunningExporter> {
  const settings = [
    `--config.file=${accountsFile}`,
    `--api.endpoint=${endpoint}`,
    `--api.max-response-size=${MAX_RESPONSE_SIZE}`,
    '--log.level=debug',
  ];
  const nonLogLines: string[] = [];
  const onLine = (line: string): void => {
    if (!line.startsWith('{"level":') && nonLogLines.length < KEPT_LINES) nonLogLines.push(line);
  };
  const { url, child } = await startBuiltExporter(settings, onLine, signal);
  return { url, nonLogLines, exited: child.exited, reload: () => child.send('SIGHUP'), stop: child.stop };
}
