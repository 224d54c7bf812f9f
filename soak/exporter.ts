import { startBuiltExporter } from '../demo/built-exporter.ts';

/** Bytes of body that the faults stay below or go far beyond. */
const LARGEST_BODY = '64KiB';

const KEPT_LINES = 100;

export interface RunningExporter {
  /** `http://host:port`. */
  readonly url: string;
  /** Lines of its output that are not its log, such as a warning of Node's. */
  readonly strangeLines: readonly string[];
  /** How it ended, in words: `status 0` when it should. */
  readonly ended: Promise<string>;
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
    `--api.max-response-size=${LARGEST_BODY}`,
    '--log.level=debug',
  ];
  const strangeLines: string[] = [];
  const read = (line: string): void => {
    if (!line.startsWith('{"level":') && strangeLines.length < KEPT_LINES) strangeLines.push(line);
  };
  const { url, child } = await startBuiltExporter(settings, read, signal);
  return { url, strangeLines, ended: child.ended, reload: () => child.send('SIGHUP'), stop: child.stop };
}
