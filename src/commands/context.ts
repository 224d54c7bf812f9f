import type { Logger } from 'pino';
import { type AccountRegistry, createAccountRegistry, type RegistryOptions } from '../accounts/registry.ts';
import type { LoadedAccounts } from '../config/accounts.ts';
import type { BuildInfo } from '../runtime/build-info.ts';
import { createLogger } from '../runtime/log.ts';
import { supportsColor } from '../runtime/terminal.ts';
import type { Configuration } from './configuration.ts';
import type { ReloadSignal, ShutdownSignals } from './signals.ts';

/** What a command gets to work with. */
export interface CommandContext {
  readonly configuration: Configuration;
  /** Reads its accounts anew. */
  readonly loadAccounts: () => Promise<LoadedAccounts>;
  readonly build: BuildInfo;
  readonly process: NodeJS.Process;
  readonly shutdown: ShutdownSignals;
  readonly reloadSignal: ReloadSignal;
}

export function userAgent({ version }: BuildInfo): string {
  return `pointone-token-exporter/${version}`;
}

/** Creates the registry of the configured accounts. */
export function createRegistry(
  { accounts, proxy, settings }: Configuration,
  options: Pick<RegistryOptions, 'userAgent' | 'clock' | 'createListener'>,
): AccountRegistry {
  const { apiMaxConcurrency: maxConcurrency, apiMaxResponseSize: maxResponseSize } = settings;
  return createAccountRegistry({ accounts, proxy, maxConcurrency, maxResponseSize, ...options });
}

/** The log that the settings ask for, on standard error. */
export function createCommandLogger({
  configuration: { settings },
  process,
}: Pick<CommandContext, 'configuration' | 'process'>): Promise<Logger> {
  const color = supportsColor(process.stderr.isTTY, process.env);
  return createLogger({ level: settings.logLevel, format: settings.logFormat, color });
}
