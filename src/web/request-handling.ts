import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { answerText } from '../server/answer-text.ts';
import { pathOf } from './request-path.ts';

/** Answers a request whose handler failed, as far as it still can be answered. */
export function answerFailed(
  error: { readonly name?: unknown; readonly code?: unknown; readonly status?: unknown } | undefined,
  request: IncomingMessage,
  response: ServerResponse,
  log: Logger,
): void {
  // The scraper went away in the middle of its answer; nobody is left to be told.
  if (response.closed || error?.code === 'ERR_STREAM_PREMATURE_CLOSE') return;
  const wrongRequest = Number(error?.status) >= 400 && Number(error?.status) < 500;
  if (!wrongRequest) log.error({ path: pathOf(request), error: error?.name, code: error?.code }, 'request failed');
  if (response.headersSent) {
    response.destroy();
    return;
  }
  // Of the answer that failed. What comes instead is not compressed.
  response.removeHeader('Content-Encoding');
  if (wrongRequest) answerText(response, Number(error?.status), 'malformed request');
  else answerText(response, 500, 'internal error');
}
