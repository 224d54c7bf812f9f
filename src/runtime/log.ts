import pino, { type DestinationStream, type Logger } from 'pino';

export interface LoggerOptions {
  /** The least severity to write, as pino names it. */
  readonly level: string;
  readonly format: 'json' | 'text';
  /** Whether a person reads the text at a terminal. */
  readonly color: boolean;
}

/** Bytes of lines that wait for a reader that is slow. What does not fit is lost, and counted. */
const MAX_BACKLOG_BYTES = 1024 * 1024;

/** How often a backlog is tried again while it gets shorter; the process does not end meanwhile. */
const RETRY_MS = 20;
/** After so many attempts in vain nobody seems to read: it is tried seldom from then on, and the process may end. */
const MAX_FAST_RETRIES = 50;
const SLOW_RETRY_MS = 1_000;

/**
 * Lines to standard error, written at once so that none is lost at an exit. A reader that stalls, or a full disk, costs
 * lines; it neither holds up the program nor fills its memory.
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

/** @param onDropped is told how many lines are lost, once lines can be written again */
function stderrStream(onDropped: (lines: number) => void): DestinationStream {
  // Node makes standard error non-blocking where it is a pipe: a write that finds it full fails with EAGAIN. Without
  // retryEAGAIN, the stream would sleep then, and the whole process with it.
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
  // Unheard, the event would throw. After other errors than a full pipe, the next line is attempt enough.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EAGAIN' || retry !== undefined) return;
    const stalled = failedAttempts >= MAX_FAST_RETRIES;
    failedAttempts += 1;
    retry = setTimeout(
      () => {
        retry = undefined;
        // Goes on with the backlog; flush() does so for streams alone that collect lines before they write.
        stream.write('');
      },
      stalled ? SLOW_RETRY_MS : RETRY_MS,
    );
    if (stalled) retry.unref();
  });
  return stream;
}

/** Loaded only when it is wanted. */
async function createTextRenderer(colorize: boolean): Promise<(line: string) => string> {
  const { prettyFactory } = await import('pino-pretty');
  return prettyFactory({ colorize, translateTime: 'SYS:yyyy-mm-dd"T"HH:MM:ss.lo', singleLine: true });
}
