import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { RequestHandler } from 'express';
import type { Fleet } from '../../accounts/collectors.ts';
import type { Clock } from '../../runtime/clock.ts';
import { acceptsGzip } from '../content-negotiation.ts';
import { CONTENT_SECURITY_POLICY } from './assets.ts';
import { type PageOptions, statusDocument } from './document.ts';
import { readQuery } from './query.ts';
import { viewOf } from './view.ts';

/** A person waits so long for an account that does not answer, and then sees the others. */
const PATIENCE_MS = 3_000;

export interface StatusPageOptions extends PageOptions {
  /** Asked anew for each page, so that the accounts can be replaced. */
  readonly fleet: () => Fleet;
  readonly clock: Clock;
}

const compressed = promisify(gzip);

/** The page for people. To make no call for a HEAD request is what whoever only asks whether it is there expects. */
export function statusPage({ fleet, clock, ...pageOptions }: StatusPageOptions): RequestHandler {
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
    const accounts = await fleet().latest(PATIENCE_MS);
    // Whoever has left needs no page made.
    if (response.closed) return;
    const page = statusDocument(viewOf(accounts, readQuery(request.query), clock.now()), pageOptions);
    if (!acceptsGzip(request.headers['accept-encoding']?.toString())) {
      response.end(page);
      return;
    }
    const body = await compressed(page, { level: 1 });
    response.setHeader('Content-Encoding', 'gzip');
    response.end(body);
  };
}
