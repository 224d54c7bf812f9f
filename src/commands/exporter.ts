import type { RequestListener } from 'node:http';
import type { Logger } from 'pino';
import type { Fleet } from '../accounts/collectors.ts';
import { outcomeLog } from '../accounts/fetch-log.ts';
import { createReload, type ReloadResult } from '../accounts/reload.ts';
import type { Accounts } from '../config/accounts.ts';
import { OwnMetrics } from '../metrics/exporter-metrics.ts';
import type { Build } from '../runtime/build-info.ts';
import type { Clock } from '../runtime/clock.ts';
import { createApp } from '../web/app.ts';
import type { Configuration } from './configuration.ts';
import { createAccounts } from './context.ts';

export interface ExporterOptions {
  readonly configuration: Configuration;
  /** Reads its accounts anew. */
  readonly loadAccounts: () => Promise<Accounts>;
  readonly build: Build;
  /** How the exporter names itself to the API. */
  readonly userAgent: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** False once shutdown has begun. */
  readonly ready: () => boolean;
}

export interface Exporter {
  readonly app: RequestListener;
  readonly fleet: () => Fleet;
  readonly ownMetrics: OwnMetrics;
  /** Puts the accounts in force as they are configured now. */
  readonly reload: () => Promise<ReloadResult>;
  /** Ends the fetches under way, and the connections to the API. */
  readonly close: () => void;
}

/** The exporter of a configuration, whole but for the server that listens. */
export function createExporter(options: ExporterOptions): Exporter {
  const { configuration, loadAccounts, build, userAgent, clock, log, ready } = options;
  const { settings } = configuration;
  const { fleet, replace, close } = createAccounts(configuration, {
    userAgent,
    clock,
    createListener: outcomeLog(log, clock),
  });
  const ownMetrics = new OwnMetrics(build, !settings.webDisableExporterMetrics, clock.now());
  const reload = createReload({
    load: loadAccounts,
    apply: replace,
    onOutcome: (ok) => ownMetrics.configurationRead('accounts', ok, clock.now()),
    log,
  });
  const app = createApp({
    telemetryPath: settings.webTelemetryPath,
    timeoutOffsetMs: settings.scrapeTimeoutOffset,
    externalUrl: settings.webExternalUrl,
    maxScrapes: settings.webMaxRequests,
    reload: settings.webEnableLifecycle ? reload : undefined,
    fleet,
    ownMetrics,
    clock,
    build,
    log,
    ready,
  });
  return { app, fleet, ownMetrics, reload, close };
}
