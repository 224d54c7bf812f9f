import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import express, { type ErrorRequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Build } from '../build.ts';
import { answerText } from './answer-text.ts';
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
export function createApp(options: AppOptions): RequestListener {
  const scrapes = metricsRoutes(options);
  const others = otherRoutes(options);
  return (request, response) => {
    response.setHeader('X-Content-Type-Options', 'nosniff');
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const scrape = isRead ? scrapes.get(pathOf(request)) : undefined;
    if (scrape === undefined) others(request, response);
    else scrape(request, response).catch((error) => answerError(error, request, response, options.log));
  };
}

/** The path alone: a request target may be a whole address (RFC 9112, 3.2.2), and no valid one. */
function pathOf({ url = '' }: IncomingMessage): string {
  const [target = ''] = url.split('?', 1);
  return target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/]*/i, '') || '/';
}

/** All but scrapes, which are asked for seldom, by Express. */
function otherRoutes({
  telemetryPath,
  externalUrl,
  maxScrapes,
  fleet,
  clock,
  reload,
  build,
  log,
  ready,
}: AppOptions): RequestListener {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.enable('strict routing');

  app.get('/sd', discovery({ fleet, externalUrl }));
  app.use(reloadRoute(reload));
  app.get('/-/healthy', (_request, response) => {
    answerText(response, 200, 'healthy');
  });
  app.get('/-/ready', (_request, response) => {
    if (ready()) answerText(response, 200, 'ready');
    else answerText(response, 503, 'shutting down');
  });
  if (telemetryPath !== '/') {
    // As heavy as a scrape, but with a count of its own: people who reload a page must not push Prometheus out.
    const mayBegin = scrapeLimit(maxScrapes);
    app.get(
      '/',
      (_request, response, next) => {
        if (mayBegin(response)) next();
      },
      statusPage({ fleet, clock, telemetryPath, prefix: prefixOf(externalUrl), build }),
    );
  }

  app.use((request, response) => {
    const readable = request.method === 'GET' || request.method === 'HEAD';
    if (readable) {
      answerText(response, 404, `nothing here; metrics are at ${telemetryPath}`);
      return;
    }
    response.setHeader('Allow', 'GET, HEAD');
    answerText(response, 405, 'only GET and HEAD are answered');
  });
  // Express takes a handler of four parameters for errors; its own page would show the stack.
  const onError: ErrorRequestHandler = (error, request, response, _next) => answerError(error, request, response, log);
  app.use(onError);
  return app;
}

function answerError(
  error: { readonly name?: unknown; readonly code?: unknown; readonly status?: unknown } | undefined,
  request: IncomingMessage,
  response: ServerResponse,
  log: Logger,
): void {
  // The scraper went away in the middle of its answer; nobody is left to be told.
  if (response.closed || error?.code === 'ERR_STREAM_PREMATURE_CLOSE') return;
  const wrongRequest = Number(error?.status) >= 400 && Number(error?.status) < 500;
  if (!wrongRequest) log.error({ path: pathOf(request), error: error?.name, code: error?.code }, 'request failed');
  if (response.headersSent) {
    response.destroy();
    return;
  }
  // Of the answer that failed. What comes instead is not compressed.
  response.removeHeader('Content-Encoding');
  if (wrongRequest) answerText(response, Number(error?.status), 'malformed request');
  else answerText(response, 500, 'internal error');
}
