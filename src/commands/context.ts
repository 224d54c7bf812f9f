import type { Logger } from 'pino';
import { type Assembled, assemble, type RegistryOptions } from '../accounts/registry.ts';
import type { Accounts } from '../config/accounts.ts';
import type { Build } from '../runtime/build-info.ts';
import { createLog } from '../runtime/log.ts';
import { wantsColor } from '../runtime/terminal.ts';
import type { Configuration } from './configuration.ts';
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

/** Creates the registry of the configured accounts. */
export function createAccounts(
  { accounts, proxy, settings }: Configuration,
  options: Pick<RegistryOptions, 'userAgent' | 'clock' | 'createListener'>,
): Assembled {
  const { apiMaxConcurrency: maxConcurrency, apiMaxResponseSize: maxResponseSize } = settings;
  return assemble({ accounts, proxy, maxConcurrency, maxResponseSize, ...options });
}

/** The log that the settings ask for, on standard error. */
export function logOf({
  configuration: { settings },
  process,
}: Pick<Context, 'configuration' | 'process'>): Promise<Logger> {
  const color = wantsColor(process.stderr.isTTY, process.env);
  return createLog({ level: settings.logLevel, format: settings.logFormat, color });
}
