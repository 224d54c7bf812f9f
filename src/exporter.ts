import type { Express } from 'express';
import type { Logger } from 'pino';
import { assemble } from './assemble.ts';
import type { Build } from './build.ts';
import type { Clock } from './clock.ts';
import type { Configuration } from './config/load.ts';
import type { Fleet } from './fleet.ts';
import { OwnMetrics } from './metrics/own-metrics.ts';
import { outcomeLog } from './outcome-log.ts';
import { createApp } from './web/app.ts';

export interface ExporterOptions {
  readonly configuration: Configuration;
  readonly build: Build;
  /** How the exporter names itself to the API. */
  readonly userAgent: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** False once shutdown has begun. */
  readonly ready: () => boolean;
}

export interface Exporter {
  readonly app: Express;
  readonly fleet: Fleet;
  /** Ends the fetches under way, and the connections to the API. */
  readonly close: () => Promise<void>;
}

/** The exporter of a configuration, whole but for the server that listens. */
export function createExporter({ configuration, build, userAgent, clock, log, ready }: ExporterOptions): Exporter {
  const { settings } = configuration;
  const { fleet, close } = assemble(configuration, userAgent, clock, outcomeLog(log, clock));
  const app = createApp({
    telemetryPath: settings.webTelemetryPath,
    timeoutOffsetMs: settings.scrapeTimeoutOffset,
    fleet: () => fleet,
    ownMetrics: new OwnMetrics(build, !settings.webDisableExporterMetrics),
    clock,
    build,
    log,
    ready,
  });
  return {
    app,
    fleet,
    close() {
      fleet.close();
      return close();
    },
  };
}
