import type { RequestListener } from 'node:http';
import express, { type ErrorRequestHandler, type RequestHandler, Router } from 'express';
import type { Logger } from 'pino';
import type { ReloadResult } from '../accounts/reload.ts';
import { answerText } from '../server/text-responses.ts';
import { discovery, prefixOf } from './discovery.ts';
import { answerFailed, scrapeLimit } from './request-handling.ts';
import { type StatusPageOptions, statusPage } from './status-page/route.ts';

export interface OtherRoutesOptions extends Pick<StatusPageOptions, 'telemetryPath' | 'build' | 'fleet' | 'clock'> {
  /** Pages made at once; 0 for no limit. */
  readonly maxScrapes: number;
  /** Where the exporter is reached from outside; undefined: where a request says. */
  readonly externalUrl: URL | undefined;
  /** Undefined while reloading by HTTP is disabled. */
  readonly reload: (() => Promise<ReloadResult>) | undefined;
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

/** @param reload undefined while the lifecycle endpoints are disabled */
function reloadRoute(reload: (() => Promise<ReloadResult>) | undefined): Router {
  const handle: RequestHandler = async (_request, response) => {
    if (reload === undefined) {
      answerText(response, 403, 'reloading by HTTP is disabled; start with --web.enable-lifecycle');
      return;
    }
    const { ok, text } = await reload();
    answerText(response, ok ? 200 : 500, text);
  };
  const router = Router({ caseSensitive: true, strict: true });
  router
    .route('/-/reload')
    .post(handle)
    .put(handle)
    .all((_request, response) => {
      response.setHeader('Allow', 'POST, PUT');
      answerText(response, 405, 'only POST and PUT reload');
    });
  return router;
}
