import type { RequestListener } from 'node:http';
import { answerText } from '../server/text-responses.ts';
import type { OtherRoutesOptions } from './express-app.ts';
import { answerFailed, pathOf } from './request-handling.ts';
import { type MetricsRoutesOptions, metricsRoutes, type Route } from './scrape-routes.ts';

export interface AppOptions extends MetricsRoutesOptions, OtherRoutesOptions {
  /** False once shutdown has begun. */
  readonly ready: () => boolean;
}

/**
 * The web application, apart from the server that listens. What machines ask for all the time is answered here; Express
 * and what it serves are loaded for the first who asks for more, since many an exporter is never asked.
 */
export function createApp(options: AppOptions): RequestListener {
  const { ready, log } = options;
  const health: Route = async (_request, response) => answerText(response, 200, 'healthy');
  const readiness: Route = async (_request, response) => {
    if (ready()) answerText(response, 200, 'ready');
    else answerText(response, 503, 'shutting down');
  };
  const often = new Map([...metricsRoutes(options), ['/-/healthy', health], ['/-/ready', readiness]]);

  let loaded: Promise<RequestListener> | undefined;
  const others: Route = async (request, response) => {
    try {
      loaded ??= import('./express-app.ts').then(({ otherRoutes }) => otherRoutes(options));
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
    const route = (isRead ? often.get(pathOf(request)) : undefined) ?? others;
    route(request, response).catch((error) => answerFailed(error, request, response, log));
  };
}
