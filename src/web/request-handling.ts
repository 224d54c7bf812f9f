import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { sendText } from '../server/text-responses.ts';

/** The path alone: a request target may be a whole address (RFC 9112, 3.2.2), and no valid one. */
export function requestPath({ url = '' }: IncomingMessage): string {
  const [target = ''] = url.split('?', 1);
  return target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/]*/i, '') || '/';
}

/**
 * Lets so many scrapes through at once; more get 503, as with Prometheus' own client library, and Prometheus shows them
 * as failed. A scrape counts until its last byte is sent or its scraper has left.
 *
 * @param max 0 for no limit
 * @returns whether a scrape is let through; one that is not is answered, or its scraper has left
 */
export function createRequestLimit(max: number): (response: ServerResponse) => boolean {
  let underWay = 0;
  return (response) => {
    if (max > 0 && underWay >= max) {
      const what = `${max} scrapes are being answered already, which is the limit (--web.max-requests)`;
      sendText(response, 503, `${what}; try again later`);
      return false;
    }
    // Nobody waits for it any more, and its end has been told already.
    if (response.closed) return false;
    underWay += 1;
    response.once('close', () => {
      underWay -= 1;
    });
    return true;
  };
}

/** Answers a request whose handler failed, as far as it still can be answered. */
export function sendError(
  error: { readonly name?: unknown; readonly code?: unknown; readonly status?: unknown } | undefined,
  request: IncomingMessage,
  response: ServerResponse,
  log: Logger,
): void {
  // The scraper went away in the middle of its answer; nobody is left to be told.
  if (response.closed || error?.code === 'ERR_STREAM_PREMATURE_CLOSE') return;
  const wrongRequest = Number(error?.status) >= 400 && Number(error?.status) < 500;
  if (!wrongRequest) log.error({ path: requestPath(request), error: error?.name, code: error?.code }, 'request failed');
  if (response.headersSent) {
    response.destroy();
    return;
  }
  // Of the answer that failed. What comes instead is not compressed.
  response.removeHeader('Content-Encoding');
  if (wrongRequest) sendText(response, Number(error?.status), 'malformed request');
  else sendText(response, 500, 'internal error');
}
