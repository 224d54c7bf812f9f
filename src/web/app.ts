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
 * The web application, apart from the server that listens. What machines ask for all the time is answered here; Express
 * and what it serves are loaded for the first who asks for more, since many an exporter is never asked.
 */
export function createApp(options: AppOptions): RequestListener {
  const { ready, log } = options;
  const health: RouteHandler = async (_request, response) => sendText(response, 200, 'healthy');
  const readiness: RouteHandler = async (_request, response) => {
    if (ready()) sendText(response, 200, 'ready');
    else sendText(response, 503, 'shutting down');
  };
  const hotRoutes = new Map([...createScrapeRoutes(options), ['/-/healthy', health], ['/-/ready', readiness]]);

  let loaded: Promise<RequestListener> | undefined;
  const fallback: RouteHandler = async (request, response) => {
    try {
      loaded ??= import('./express-app.ts').then(({ createExpressApp: otherRoutes }) => otherRoutes(options));
      const answer = await loaded;
      answer(request, response);
    } catch (error) {
      // It may have been the system that had no room for another file: the next one who asks has it tried again.
      loaded = undefined;
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
