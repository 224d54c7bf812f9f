import type { RequestListener } from 'node:http';
import express, { type ErrorRequestHandler, type RequestHandler, Router } from 'express';
import type { Logger } from 'pino';
import type { ReloadResult } from '../accounts/reload.ts';
import { sendText } from '../server/text-responses.ts';
import { discoveryHandler, pathPrefix } from './discovery.ts';
import { createRequestLimit, sendError } from './request-handling.ts';
import { createRunbookRouter } from './runbooks/route.ts';
import { type StatusPageOptions, statusPageHandler } from './status-page/route.ts';

export interface ExpressAppOptions extends Pick<StatusPageOptions, 'telemetryPath' | 'build' | 'collectors' | 'clock'> {
  /** Maximum number of concurrent status page requests; 0 for no limit. */
  readonly maxScrapes: number;
  /** External address of the exporter; undefined: the address of the request. */
  readonly externalUrl: URL | undefined;
  /** Undefined if reload over HTTP is disabled. */
  readonly reload: (() => Promise<ReloadResult>) | undefined;
  readonly log: Logger;
}

/** Creates the Express app with the routes that are rarely used. */
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
  app.use(createRunbookRouter({ hasStatusPage: telemetryPath !== '/' }));
  if (telemetryPath !== '/') {
    // The page costs as much as a scrape. It has a limit of its own, so that its readers cannot block Prometheus.
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
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (isRead) {
      sendText(response, 404, `page not found; metrics are at ${telemetryPath}`);
      return;
    }
    response.setHeader('Allow', 'GET, HEAD');
    sendText(response, 405, 'method not allowed; use GET or HEAD');
  });
  // Express recognizes an error handler by its four parameters. The default handler would expose the stack.
  const onError: ErrorRequestHandler = (error, request, response, _next) => sendError(error, request, response, log);
  app.use(onError);
  return app;
}

/** Creates the routes of `/-/reload`, which respond with 403 if `reload` is undefined. */
function createReloadRouter(reload: (() => Promise<ReloadResult>) | undefined): Router {
  const handle: RequestHandler = async (_request, response) => {
    if (reload === undefined) {
      sendText(response, 403, 'reload over HTTP is disabled; start the exporter with --web.enable-lifecycle');
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
      sendText(response, 405, 'method not allowed; use POST or PUT');
    });
  return router;
}
