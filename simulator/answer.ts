import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { World } from './world.ts';

/** A whole answer, before it meets the wire. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The reason phrase in the status line, when it is not the usual one. */
  readonly reason?: string;
}

export const JSON_TYPE = 'application/json; charset=utf-8';

/** An answer with a JSON body. The newline at its end is Apollo Server's. */
export function jsonAnswer(status: number, value: unknown, headers: Record<string, string> = {}): Answer {
  return answer(status, `${JSON.stringify(value)}\n`, { 'Content-Type': JSON_TYPE, ...headers });
}

/** An answer with any text as its body. */
export function answer(status: number, body: string, headers: Record<string, string>): Answer {
  return { status, headers, body: Buffer.from(body) };
}

/** The value of the `Date` header: the world's clock, off by `dateOffset`. */
export function dateHeader(world: World): string {
  return new Date(world.clock.now() + world.dateOffset).toUTCString();
}

/** Sets an answer's status and headers, and a Content-Length unless `length` is null. Sends nothing yet. */
export function prepare(res: ServerResponse, { status, headers, body, reason }: Answer, length?: number | null): void {
  res.statusCode = status;
  if (reason !== undefined) res.statusMessage = reason;
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  if (length !== null) res.setHeader('Content-Length', length ?? body.length);
}

/** Sends an answer and waits until it is handed over or the client is gone. */
export async function send(res: ServerResponse, toSend: Answer): Promise<void> {
  prepare(res, toSend);
  res.end(toSend.body);
  if (!res.closed) await once(res, 'close');
}
