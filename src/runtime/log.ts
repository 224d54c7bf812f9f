import pino, { type DestinationStream, type Logger } from 'pino';

export interface LogOptions {
  /** The least severity to write, as pino names it. */
  readonly level: string;
  readonly format: 'json' | 'text';
  /** Whether a person reads the text at a terminal. */
  readonly color: boolean;
}

/** Bytes of lines that wait for a reader that is slow. What does not fit is lost, and counted. */
const LARGEST_BACKLOG = 1024 * 1024;

/** How often a backlog is tried again while it gets shorter; the process does not end meanwhile. */
const RETRY_MS = 20;
/** After so many attempts in vain nobody seems to read: it is tried seldom from then on, and the process may end. */
const PATIENCE = 50;
const SELDOM_RETRY_MS = 1_000;

/**
 * Lines to standard error, written at once so that none is lost at an exit. A reader that stalls, or a full disk, costs
 * lines; it neither holds up the program nor fills its memory.
 */
export async function createLog({ level, format, color }: LogOptions): Promise<Logger> {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  const render = format === 'json' ? undefined : await textRenderer(color);
  const lines = standardError((lost) => log.warn({ lost }, 'lines of this log could not be written and are lost'));
  const log = pino(options, render === undefined ? lines : { write: (line) => lines.write(render(line)) });
  return log;
}

/** @param onLost is told how many lines are lost, once lines can be written again */
function standardError(onLost: (lines: number) => void): DestinationStream {
  // Node makes standard error non-blocking where it is a pipe: a write that finds it full fails with EAGAIN. Without
  // retryEAGAIN, the stream would sleep then, and the whole process with it.
  const stream = pino.destination({ dest: 2, sync: true, maxLength: LARGEST_BACKLOG, retryEAGAIN: () => false });
  let lost = 0;
  let inVain = 0;
  let retry: NodeJS.Timeout | undefined;

  stream.on('drop', () => {
    lost += 1;
  });
  stream.on('write', () => {
    inVain = 0;
  });
  stream.on('drain', () => {
    if (lost === 0) return;
    const lines = lost;
    lost = 0;
    onLost(lines);
  });
  // Unheard, the event would throw. After other errors than a full pipe, the next line is attempt enough.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EAGAIN' || retry !== undefined) return;
    const stalled = inVain >= PATIENCE;
    inVain += 1;
    retry = setTimeout(
      () => {
        retry = undefined;
        // Goes on with the backlog; flush() does so for streams alone that collect lines before they write.
        stream.write('');
      },
      stalled ? SELDOM_RETRY_MS : RETRY_MS,
    );
    if (stalled) retry.unref();
  });
  return stream;
}

/** Loaded only when it is wanted. */
async function textRenderer(colorize: boolean): Promise<(line: string) => string> {
  const { prettyFactory } = await import('pino-pretty');
  return prettyFactory({ colorize, translateTime: 'SYS:yyyy-mm-dd"T"HH:MM:ss.lo', singleLine: true });
}
