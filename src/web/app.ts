import express, { type ErrorRequestHandler, type Express } from 'express';
import type { Logger } from 'pino';
import type { Build } from '../build.ts';
import { discovery } from './discovery.ts';
import { type MetricsRoutesOptions, metricsRoutes } from './metrics-routes.ts';
import { prefixOf } from './own-address.ts';
import { type ReloadAnswer, reloadRoute } from './reload-route.ts';
import { scrapeLimit } from './scrape-limit.ts';
import { statusPage } from './status-page/route.ts';

export interface AppOptions extends MetricsRoutesOptions {
  /** Where the exporter is reached from outside; undefined: where a request says. */
  readonly externalUrl: URL | undefined;
  /** Undefined while reloading by HTTP is disabled. */
  readonly reload: (() => Promise<ReloadAnswer>) | undefined;
  readonly build: Build;
  readonly log: Logger;
  /** False once shutdown has begun. */
  readonly ready: () => boolean;
}

/** The web application, apart from the server that listens. */
export function createApp(options: AppOptions): Express {
  const { telemetryPath, externalUrl, maxScrapes, fleet, clock, reload, build, log, ready } = options;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.enable('strict routing');

  app.use((_request, response, next) => {
    response.setHeader('X-Content-Type-Options', 'nosniff');
    next();
  });
  app.use(metricsRoutes(options));
  app.get('/sd', discovery({ fleet, externalUrl }));
  app.use(reloadRoute(reload));
  app.get('/-/healthy', (_request, response) => {
    response.type('text').send('healthy\n');
  });
  app.get('/-/ready', (_request, response) => {
    const status = ready() ? { code: 200, text: 'ready\n' } : { code: 503, text: 'shutting down\n' };
    response.status(status.code).type('text').send(status.text);
  });
  if (telemetryPath !== '/') {
    // As heavy as a scrape, but with a count of its own: people who reload a page must not push Prometheus out.
    app.get(
      '/',
      scrapeLimit(maxScrapes),
      statusPage({ fleet, clock, telemetryPath, prefix: prefixOf(externalUrl), build }),
    );
  }

  app.use((request, response) => {
    const readable = request.method === 'GET' || request.method === 'HEAD';
    if (!readable) response.setHeader('Allow', 'GET, HEAD');
    response
      .status(readable ? 404 : 405)
      .type('text')
      .send(readable ? `nothing here; metrics are at ${telemetryPath}\n` : 'only GET and HEAD are answered\n');
  });
  app.use(answerError(log));
  return app;
}

/** Express takes a handler of four parameters for errors; its own page would show the stack. */
function answerError(log: Logger): ErrorRequestHandler {
  return (error, request, response, _next) => {
    // The scraper went away in the middle of its answer; nobody is left to be told.
    if (response.closed || error?.code === 'ERR_STREAM_PREMATURE_CLOSE') return;
    const status = error?.status >= 400 && error?.status < 500 ? Number(error.status) : 500;
    if (status === 500) log.error({ path: request.path, error: error?.name, code: error?.code }, 'request failed');
    if (response.headersSent) response.destroy();
    else
      response
        .status(status)
        .type('text')
        .send(status === 500 ? 'internal error\n' : 'malformed request\n');
  };
}
