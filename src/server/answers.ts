import type { RequestListener, ServerResponse } from 'node:http';
import type { Limits } from './limits.ts';
import type { Headers } from './text-responses.ts';

/**
 * Hands requests on, sees to it that each answer has the headers that all have, and that a client who takes its answer
 * too slowly, or not at all, is cut off: an answer under way keeps its place among those that are allowed at once.
 *
 * @param headers asked anew for each answer; they win over the handler's own, as it was a person who asked for them
 */
export function overseeAnswers(handler: RequestListener, headers: () => Headers, limits: Limits): RequestListener {
  return (request, response) => {
    atFirstByte(response, () => {
      for (const [name, value] of Object.entries(headers())) response.setHeader(name, value);
      const late = setTimeout(() => request.socket.destroy(), limits.answerMs).unref();
      response.once('close', () => clearTimeout(late));
    });
    handler(request, response);
  };
}

/** Node has no event for it; every way to begin an answer leads through `writeHead`. */
function atFirstByte(response: ServerResponse, act: () => void): void {
  const writeHead = response.writeHead;
  response.writeHead = (...head: unknown[]) => {
    if (!response.headersSent) act();
    return Reflect.apply(writeHead, response, head);
  };
}
