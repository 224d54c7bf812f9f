import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { RequestHandler } from 'express';
import type { Collectors } from '../../accounts/collectors.ts';
import type { Clock } from '../../runtime/clock.ts';
import { prefersGzip } from '../content-negotiation.ts';
import { CONTENT_SECURITY_POLICY } from './assets.ts';
import { type PageOptions, renderPage } from './document.ts';
import { parseQuery } from './query.ts';
import { createView } from './view.ts';

/** Maximum time that the page waits for accounts. It then shows the available ones. */
const MAX_WAIT_MS = 3_000;

export interface StatusPageOptions extends PageOptions {
  /** Called for each page, because a reload replaces the collectors. */
  readonly collectors: () => Collectors;
  readonly clock: Clock;
}

const compressed = promisify(gzip);

/** Serves the status page. A HEAD request, which only tests whether the page exists, causes no request to the API. */
export function statusPageHandler({ collectors, clock, ...pageOptions }: StatusPageOptions): RequestHandler {
  return async (request, response) => {
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.setHeader('Content-Security-Policy', CONTENT_SECURITY_POLICY);
    response.setHeader('Referrer-Policy', 'no-referrer');
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('Vary', 'Accept-Encoding');
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    const accounts = await collectors().latest(MAX_WAIT_MS);
    // The client disconnected.
    if (response.closed) return;
    const page = renderPage(createView(accounts, parseQuery(request.query), clock.now()), pageOptions);
    if (!prefersGzip(request.headers['accept-encoding']?.toString())) {
      response.end(page);
      return;
    }
    const body = await compressed(page, { level: 1 });
    response.setHeader('Content-Encoding', 'gzip');
    response.end(body);
  };
}
