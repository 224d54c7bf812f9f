import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SimulatorState } from './state.ts';

/** A whole answer, before it meets the wire. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The reason phrase in the status line, when it is not the usual one. */
  readonly reason?: string;
}

export const JSON_TYPE = 'application/json; charset=utf-8';

/** An answer with a JSON body. The newline at its end is Apollo Server's. */
export function jsonResponse(status: number, value: unknown, headers: Record<string, string> = {}): HttpResponse {
  return textResponse(status, `${JSON.stringify(value)}\n`, { 'Content-Type': JSON_TYPE, ...headers });
}

/** An answer with any text as its body. */
export function textResponse(status: number, body: string, headers: Record<string, string>): HttpResponse {
  return { status, headers, body: Buffer.from(body) };
}

/** The value of the `Date` header: the world's clock, off by `dateOffset`. */
export function dateHeader(state: SimulatorState): string {
  return new Date(state.clock.now() + state.dateOffset).toUTCString();
}

/** Sets an answer's status and headers, and a Content-Length unless `length` is null. Sends nothing yet. */
export function prepareResponse(
  res: ServerResponse,
  { status, headers, body, reason }: HttpResponse,
  length?: number | null,
): void {
  res.statusCode = status;
  if (reason !== undefined) res.statusMessage = reason;
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  if (length !== null) res.setHeader('Content-Length', length ?? body.length);
}

/** Sends an answer and waits until it is handed over or the client is gone. */
export async function sendResponse(res: ServerResponse, response: HttpResponse): Promise<void> {
  prepareResponse(res, response);
  res.end(response.body);
  if (!res.closed) await once(res, 'close');
}

/** The most a request may carry, in bytes. */
const MAX_BODY_BYTES = 1024 * 1024;

/**
 * A request's body as text; undefined when it is over the limit, in which case the rest is read and dropped.
 */
export async function readBody(req: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  return new Promise((resolve, reject) => {
    req.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_BODY_BYTES) {
        chunks.push(chunk);
        return;
      }
      chunks.length = 0;
      resolve(undefined);
    });
    req.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    req.on('error', reject);
    req.on('close', () => reject(new Error('the client went away before its request was complete')));
  });
}
