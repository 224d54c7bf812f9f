import pino, { type DestinationStream, type Logger } from 'pino';

export interface LoggerOptions {
  /** The minimum severity, as named by pino. */
  readonly level: string;
  readonly format: 'json' | 'text';
  /** Whether to colour the text format. */
  readonly color: boolean;
}

/** The size of the buffer for a slow reader, in bytes. Lines that do not fit are dropped and counted. */
const MAX_BACKLOG_BYTES = 1024 * 1024;

/** The interval between attempts to write the backlog. These timers keep the process alive. */
const RETRY_MS = 20;
/** After this many failed attempts, nothing appears to read the log: retry slowly and let the process exit. */
const MAX_FAST_RETRIES = 50;
const SLOW_RETRY_MS = 1_000;

/**
 * Creates a logger that writes to standard error synchronously, so that no line is lost at exit. If the reader
 * stalls or the disk is full, lines are dropped; the program neither blocks nor runs out of memory.
 */
export async function createLogger({ level, format, color }: LoggerOptions): Promise<Logger> {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  const render = format === 'json' ? undefined : await createTextRenderer(color);
  const lines = stderrStream((dropped) => log.warn({ dropped_lines: dropped }, 'log lines dropped'));
  const log = pino(options, render === undefined ? lines : { write: (line) => lines.write(render(line)) });
  return log;
}

/**
 * Creates a stream that buffers lines while standard error does not accept them.
 *
 * @param onDropped called with the number of dropped lines once writing succeeds again
 */
function stderrStream(onDropped: (lines: number) => void): DestinationStream {
  // Node makes a piped standard error non-blocking: a write to a full pipe fails with EAGAIN. Without this retryEAGAIN,
  // the stream would then sleep and block the whole process.
  const stream = pino.destination({ dest: 2, sync: true, maxLength: MAX_BACKLOG_BYTES, retryEAGAIN: () => false });
  let dropped = 0;
  let failedAttempts = 0;
  let retry: NodeJS.Timeout | undefined;

  stream.on('drop', () => {
    dropped += 1;
  });
  stream.on('write', () => {
    failedAttempts = 0;
  });
  stream.on('drain', () => {
    if (dropped === 0) return;
    const lines = dropped;
    dropped = 0;
    onDropped(lines);
  });
  // An unhandled 'error' event would throw. After errors other than EAGAIN, the next log line retries.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EAGAIN' || retry !== undefined) return;
    const stalled = failedAttempts >= MAX_FAST_RETRIES;
    failedAttempts += 1;
    retry = setTimeout(
      () => {
        retry = undefined;
        // Writes the backlog. flush() would do nothing, because the stream has no minLength.
        stream.write('');
      },
      stalled ? SLOW_RETRY_MS : RETRY_MS,
    );
    if (stalled) retry.unref();
  });
  return stream;
}

/** Loads pino-pretty only for the text format. */
async function createTextRenderer(colorize: boolean): Promise<(line: string) => string> {
  const { prettyFactory } = await import('pino-pretty');
  return prettyFactory({ colorize, translateTime: 'SYS:yyyy-mm-dd"T"HH:MM:ss.lo', singleLine: true });
}
