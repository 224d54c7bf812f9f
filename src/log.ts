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
  return pino(options, format === 'json' ? pino.destination({ dest: 2, sync: true }) : await textStream(color));
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
