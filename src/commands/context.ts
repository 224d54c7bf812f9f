import type { Logger } from 'pino';
import { type AccountRegistry, createAccountRegistry, type RegistryOptions } from '../accounts/registry.ts';
import type { LoadedAccounts } from '../config/accounts.ts';
import { statusLists } from '../config/status-lists.ts';
import { createStatusClassifier } from '../model/status.ts';
import type { BuildInfo } from '../runtime/build-info.ts';
import { createLogger } from '../runtime/log.ts';
import { supportsColor } from '../runtime/terminal.ts';
import type { Configuration } from './configuration.ts';
import type { ReloadSignal, ShutdownSignals } from './signals.ts';

/** The inputs of a command. */
export interface CommandContext {
  readonly configuration: Configuration;
  /** Reads the configured accounts again, for a reload. */
  readonly loadAccounts: () => Promise<LoadedAccounts>;
  readonly build: BuildInfo;
  readonly process: NodeJS.Process;
  readonly shutdown: ShutdownSignals;
  readonly reloadSignal: ReloadSignal;
}

/** Returns the `User-Agent` of API requests. */
export function userAgent({ version }: BuildInfo): string {
  return `pointone-token-exporter/${version}`;
}

/** Creates the registry of the configured accounts. */
export function createRegistry(
  { accounts, proxy, settings }: Configuration,
  options: Pick<RegistryOptions, 'userAgent' | 'clock' | 'createListener'>,
): AccountRegistry {
  const { apiMaxConcurrency: maxConcurrency, apiMaxResponseSize: maxResponseSize } = settings;
  const classifyStatus = createStatusClassifier(statusLists(settings));
  return createAccountRegistry({ accounts, proxy, maxConcurrency, maxResponseSize, classifyStatus, ...options });
}

/** Creates the logger with the configured level and format. It writes to standard error. */
export function createCommandLogger({
  configuration: { settings },
  process,
}: Pick<CommandContext, 'configuration' | 'process'>): Promise<Logger> {
  const color = supportsColor(process.stderr.isTTY, process.env);
  return createLogger({ level: settings.logLevel, format: settings.logFormat, color });
}
