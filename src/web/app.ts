import type { RequestListener } from 'node:http';
import { sendText } from '../server/text-responses.ts';
import type { ExpressAppOptions } from './express-app.ts';
import { requestPath, sendError } from './request-handling.ts';
import { createScrapeRoutes, type RouteHandler, type ScrapeRoutesOptions } from './scrape-routes.ts';

export interface AppOptions extends ScrapeRoutesOptions, ExpressAppOptions {
  /** False once shutdown has begun. */
  readonly ready: () => boolean;
}

/**
 * Creates the request handler of the exporter. It serves scrapes and probes itself. Express and its routes are loaded at
 * the first other request, because many exporters never get one.
 */
export function createApp(options: AppOptions): RequestListener {
  const { ready, log } = options;
  const health: RouteHandler = async (_request, response) => sendText(response, 200, 'healthy');
  const readiness: RouteHandler = async (_request, response) => {
    if (ready()) sendText(response, 200, 'ready');
    else sendText(response, 503, 'shutting down');
  };
  const hotRoutes = new Map([...createScrapeRoutes(options), ['/-/healthy', health], ['/-/ready', readiness]]);

  let expressApp: Promise<RequestListener> | undefined;
  const fallback: RouteHandler = async (request, response) => {
    try {
      expressApp ??= import('./express-app.ts').then(({ createExpressApp }) => createExpressApp(options));
      const handle = await expressApp;
      handle(request, response);
    } catch (error) {
      // The cause may be temporary, such as too many open files: load again at the next request.
      expressApp = undefined;
      throw error;
    }
  };
  return (request, response) => {
    response.setHeader('X-Content-Type-Options', 'nosniff');
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const route = (isRead ? hotRoutes.get(requestPath(request)) : undefined) ?? fallback;
    route(request, response).catch((error) => sendError(error, request, response, log));
  };
}
