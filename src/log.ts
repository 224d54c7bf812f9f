import pino, { type DestinationStream, type Logger } from 'pino';

export interface LogOptions {
  /** The least severity to write, as pino names it. */
  readonly level: string;
  readonly format: 'json' | 'text';
  /** Whether a person reads the text at a terminal. */
  readonly color: boolean;
}

/** Lines to standard error, written at once so that none is lost at an exit. */
export async function createLog({ level, format, color }: LogOptions): Promise<Logger> {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return pino(options, format === 'json' ? jsonStream() : await textStream(color));
}

function jsonStream(): DestinationStream {
  const stream = pino.destination({ dest: 2, sync: true });
  // A line that cannot be written, as on a full disk, is lost; the metrics must not be. Unheard, the event would throw.
  stream.on('error', () => undefined);
  return stream;
}

/** Loaded only when it is wanted. */
async function textStream(colorize: boolean): Promise<DestinationStream> {
  const { default: pretty } = await import('pino-pretty');
  return pretty({
    destination: 2,
    sync: true,
    colorize,
    translateTime: 'SYS:yyyy-mm-dd"T"HH:MM:ss.lo',
    singleLine: true,
  });
}
