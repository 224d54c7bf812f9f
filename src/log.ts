import pino, { type DestinationStream, type Logger } from 'pino';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export const LOG_FORMATS = ['json', 'text'] as const;

export interface LogOptions {
  readonly level: (typeof LOG_LEVELS)[number];
  readonly format: (typeof LOG_FORMATS)[number];
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
