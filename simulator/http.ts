import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SimulatorState } from './state.ts';

/** A complete response, before it is sent. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The reason phrase, if it is not the standard one. */
  readonly reason?: string;
}

export const JSON_TYPE = 'application/json; charset=utf-8';

/** Creates a response with a JSON body. Apollo Server also ends the body with a newline. */
export function jsonResponse(status: number, value: unknown, headers: Record<string, string> = {}): HttpResponse {
  return textResponse(status, `${JSON.stringify(value)}\n`, { 'Content-Type': JSON_TYPE, ...headers });
}

/** Creates a response with any string as its body. */
export function textResponse(status: number, body: string, headers: Record<string, string>): HttpResponse {
  return { status, headers, body: Buffer.from(body) };
}

/** Returns the value of the `Date` header: the simulated time plus `dateOffset`. */
export function dateHeader(state: SimulatorState): string {
  return new Date(state.clock.now() + state.dateOffset).toUTCString();
}

/** Sets status and headers of a response, with a Content-Length unless `length` is null. Sends nothing. */
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

/** Sends a response and waits until it is sent or the client disconnects. */
export async function sendResponse(res: ServerResponse, response: HttpResponse): Promise<void> {
  prepareResponse(res, response);
  res.end(response.body);
  if (!res.closed) await once(res, 'close');
}

/** The maximum size of a request body. */
const MAX_BODY_BYTES = 1024 * 1024;

/** Reads the body of a request. Resolves with undefined if it is too large, and discards the rest of it. */
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
    req.on('close', () => reject(new Error('the client disconnected before its request was complete')));
  });
}
