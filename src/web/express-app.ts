import type { RequestListener } from 'node:http';
import express, { type ErrorRequestHandler } from 'express';
import type { Logger } from 'pino';
import { answerText } from '../server/answer-text.ts';
import { discovery } from './discovery.ts';
import { prefixOf } from './own-address.ts';
import { type ReloadAnswer, reloadRoute } from './reload-route.ts';
import { answerFailed } from './request-handling.ts';
import { scrapeLimit } from './scrape-limit.ts';
import { type StatusPageOptions, statusPage } from './status-page/route.ts';

export interface OtherRoutesOptions extends Pick<StatusPageOptions, 'telemetryPath' | 'build' | 'fleet' | 'clock'> {
  /** Pages made at once; 0 for no limit. */
  readonly maxScrapes: number;
  /** Where the exporter is reached from outside; undefined: where a request says. */
  readonly externalUrl: URL | undefined;
  /** Undefined while reloading by HTTP is disabled. */
  readonly reload: (() => Promise<ReloadAnswer>) | undefined;
  readonly log: Logger;
}

/** What is asked for seldom, by Express. */
export function otherRoutes({
  telemetryPath,
  externalUrl,
  maxScrapes,
  fleet,
  clock,
  reload,
  build,
  log,
}: OtherRoutesOptions): RequestListener {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.enable('strict routing');

  app.get('/sd', discovery({ fleet, externalUrl }));
  app.use(reloadRoute(reload));
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
  const onError: ErrorRequestHandler = (error, request, response, _next) => answerFailed(error, request, response, log);
  app.use(onError);
  return app;
}
