import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { sendText } from '../server/text-responses.ts';

/** Returns the path of a request. Its target may be in absolute form (RFC 9112, 3.2.2), even as an invalid URL. */
export function requestPath({ url = '' }: IncomingMessage): string {
  const [target = ''] = url.split('?', 1);
  return target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/]*/i, '') || '/';
}

/**
 * Creates a limit for concurrent requests. Further requests get 503, as in the Go client library. Prometheus then
 * reports a failed scrape. A request counts until its last byte is sent or its client disconnects.
 *
 * @param max 0 for no limit
 * @returns a function that reports whether to handle a request; if not, it has sent the response or the client is gone
 */
export function createRequestLimit(max: number): (response: ServerResponse) => boolean {
  let inFlight = 0;
  return (response) => {
    if (max > 0 && inFlight >= max) {
      sendText(response, 503, `limit of ${max} concurrent requests reached (--web.max-requests); try again later`);
      return false;
    }
    // The client is gone and 'close' was already emitted, so the count would never decrease.
    if (response.closed) return false;
    inFlight += 1;
    response.once('close', () => {
      inFlight -= 1;
    });
    return true;
  };
}

/** Responds to a request whose handler failed, if a response is still possible. */
export function sendError(
  error: { readonly name?: unknown; readonly code?: unknown; readonly status?: unknown } | undefined,
  request: IncomingMessage,
  response: ServerResponse,
  log: Logger,
): void {
  // The client disconnected during the response.
  if (response.closed || error?.code === 'ERR_STREAM_PREMATURE_CLOSE') return;
  const isClientError = Number(error?.status) >= 400 && Number(error?.status) < 500;
  if (!isClientError)
    log.error({ path: requestPath(request), error: error?.name, code: error?.code }, 'request failed');
  if (response.headersSent) {
    response.destroy();
    return;
  }
  // The failed response set it, but the error response is not compressed.
  response.removeHeader('Content-Encoding');
  if (isClientError) sendText(response, Number(error?.status), 'malformed request');
  else sendText(response, 500, 'internal error');
}
