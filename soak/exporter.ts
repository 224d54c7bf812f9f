import { startBuiltExporter } from '../demo/built-exporter.ts';

/** The faults send bodies that are well below or far above this size. */
const MAX_RESPONSE_SIZE = '64KiB';

const KEPT_LINES = 100;

export interface RunningExporter {
  /** `http://host:port`. */
  readonly url: string;
  /** Output lines that are not log lines, such as a warning of Node. */
  readonly nonLogLines: readonly string[];
  /** The signal or status with which it exited. The expected value is `status 0`. */
  readonly exited: Promise<string>;
  reload(): void;
  /** Stops it with SIGTERM. You can call it more than once. */
  stop(): Promise<void>;
}

/** Starts the built exporter. If it exits before it listens or the signal aborts, rejects and cleans up. */
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
