import type { RequestListener } from 'node:http';
import type { Logger } from 'pino';
import type { Collectors } from '../accounts/collectors.ts';
import { createFetchLog } from '../accounts/fetch-log.ts';
import { createReload, type ReloadResult } from '../accounts/reload.ts';
import type { LoadedAccounts } from '../config/accounts.ts';
import { ExporterMetrics } from '../metrics/exporter-metrics.ts';
import type { BuildInfo } from '../runtime/build-info.ts';
import type { Clock } from '../runtime/clock.ts';
import { createApp } from '../web/app.ts';
import type { Configuration } from './configuration.ts';
import { createRegistry } from './context.ts';

export interface ExporterOptions {
  readonly configuration: Configuration;
  /** Reads the configured accounts again, for a reload. */
  readonly loadAccounts: () => Promise<LoadedAccounts>;
  readonly build: BuildInfo;
  /** The `User-Agent` of API requests. */
  readonly userAgent: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** False once shutdown has begun. */
  readonly ready: () => boolean;
}

export interface Exporter {
  readonly app: RequestListener;
  readonly collectors: () => Collectors;
  readonly exporterMetrics: ExporterMetrics;
  /** Reads the accounts again and activates them. */
  readonly reload: () => Promise<ReloadResult>;
  /** Aborts running fetches and closes the connections to the API. */
  readonly close: () => void;
}

/** Wires up the exporter of a configuration. The caller adds the server that listens. */
export function createExporter(options: ExporterOptions): Exporter {
  const { configuration, loadAccounts, build, userAgent, clock, log, ready } = options;
  const { settings } = configuration;
  const { collectors, replace, close } = createRegistry(configuration, {
    userAgent,
    clock,
    createListener: createFetchLog(log, clock),
  });
  const exporterMetrics = new ExporterMetrics(build, !settings.webDisableExporterMetrics, clock.now());
  const reload = createReload({
    load: loadAccounts,
    apply: replace,
    onOutcome: (ok) => exporterMetrics.recordReload('accounts', ok, clock.now()),
    log,
  });
  const app = createApp({
    telemetryPath: settings.webTelemetryPath,
    timeoutOffsetMs: settings.scrapeTimeoutOffset,
    externalUrl: settings.webExternalUrl,
    maxScrapes: settings.webMaxRequests,
    reload: settings.webEnableLifecycle ? reload : undefined,
    collectors,
    exporterMetrics,
    clock,
    build,
    log,
    ready,
  });
  return { app, collectors, exporterMetrics, reload, close };
}
