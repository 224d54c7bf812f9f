import type { Logger } from 'pino';
import type { Accounts, Configuration } from '../config/load.ts';
import type { Build } from '../runtime/build-info.ts';
import { createLog } from '../runtime/log.ts';
import { wantsColor } from '../runtime/terminal.ts';
import type { Hangup, Shutdown } from './signals.ts';

/** What a command gets to work with. */
export interface Context {
  readonly configuration: Configuration;
  /** Reads its accounts anew. */
  readonly loadAccounts: () => Promise<Accounts>;
  readonly build: Build;
  readonly process: NodeJS.Process;
  readonly shutdown: Shutdown;
  readonly hangup: Hangup;
}

export function userAgent({ version }: Build): string {
  return `pointone-token-exporter/${version}`;
}

/** The log that the settings ask for, on standard error. */
export function logOf({
  configuration: { settings },
  process,
}: Pick<Context, 'configuration' | 'process'>): Promise<Logger> {
  const color = wantsColor(process.stderr.isTTY, process.env);
  return createLog({ level: settings.logLevel, format: settings.logFormat, color });
}
