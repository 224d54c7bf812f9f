import type { RequestListener } from 'node:http';
import express, { type ErrorRequestHandler, type RequestHandler, Router } from 'express';
import type { Logger } from 'pino';
import type { ReloadResult } from '../accounts/reload.ts';
import { sendText } from '../server/text-responses.ts';
import { discoveryHandler, pathPrefix } from './discovery.ts';
import { createRequestLimit, sendError } from './request-handling.ts';
import { type StatusPageOptions, statusPageHandler } from './status-page/route.ts';

export interface ExpressAppOptions extends Pick<StatusPageOptions, 'telemetryPath' | 'build' | 'collectors' | 'clock'> {
  /** Pages made at once; 0 for no limit. */
  readonly maxScrapes: number;
  /** Where the exporter is reached from outside; undefined: where a request says. */
  readonly externalUrl: URL | undefined;
  /** Undefined while reloading by HTTP is disabled. */
  readonly reload: (() => Promise<ReloadResult>) | undefined;
  readonly log: Logger;
}

/** What is asked for seldom, by Express. */
export function createExpressApp({
  telemetryPath,
  externalUrl,
  maxScrapes,
  collectors,
  clock,
  reload,
  build,
  log,
}: ExpressAppOptions): RequestListener {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.enable('strict routing');

  app.get('/sd', discoveryHandler({ collectors, externalUrl }));
  app.use(createReloadRouter(reload));
  if (telemetryPath !== '/') {
    // As heavy as a scrape, but with a count of its own: people who reload a page must not push Prometheus out.
    const admit = createRequestLimit(maxScrapes);
    app.get(
      '/',
      (_request, response, next) => {
        if (admit(response)) next();
      },
      statusPageHandler({ collectors, clock, telemetryPath, prefix: pathPrefix(externalUrl), build }),
    );
  }

  app.use((request, response) => {
    const readable = request.method === 'GET' || request.method === 'HEAD';
    if (readable) {
      sendText(response, 404, `nothing here; metrics are at ${telemetryPath}`);
      return;
    }
    response.setHeader('Allow', 'GET, HEAD');
    sendText(response, 405, 'only GET and HEAD are answered');
  });
  // Express takes a handler of four parameters for errors; its own page would show the stack.
  const onError: ErrorRequestHandler = (error, request, response, _next) => sendError(error, request, response, log);
  app.use(onError);
  return app;
}

/** @param reload undefined while the lifecycle endpoints are disabled */
function createReloadRouter(reload: (() => Promise<ReloadResult>) | undefined): Router {
  const handle: RequestHandler = async (_request, response) => {
    if (reload === undefined) {
      sendText(response, 403, 'reloading by HTTP is disabled; start with --web.enable-lifecycle');
      return;
    }
    const { ok, text } = await reload();
    sendText(response, ok ? 200 : 500, text);
  };
  const router = Router({ caseSensitive: true, strict: true });
  router
    .route('/-/reload')
    .post(handle)
    .put(handle)
    .all((_request, response) => {
      response.setHeader('Allow', 'POST, PUT');
      sendText(response, 405, 'only POST and PUT reload');
    });
  return router;
}
