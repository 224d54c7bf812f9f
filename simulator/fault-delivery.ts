import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { type Answer, JSON_TYPE, prepare, send } from './answer.ts';
import { faultAnswer } from './fault-answers.ts';
import type { Fault } from './faults.ts';

/** One request on its way to an answer. */
export interface Exchange {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** Aborted when the connection is gone, which closing the simulator sees to. */
  readonly gone: AbortSignal;
  /** The answer there would be without a fault. */
  real(): Promise<Answer>;
  /** Resolves when a fault is set or cleared next. */
  change(): Promise<void>;
}

/** Answers as the fault has it, or truly without one. Rejects when the client leaves in the middle. */
export async function deliver(fault: Fault | undefined, exchange: Exchange): Promise<void> {
  const { req, res, gone, real } = exchange;
  if (fault === undefined) return send(res, await real());
  switch (fault.kind) {
    case 'latency':
      await wait(fault.ms, undefined, { signal: gone });
      return deliver(fault.then, exchange);
    case 'hang':
      return untilGone(gone);
    case 'hold':
      await Promise.race([exchange.change(), untilGone(gone)]);
      if (gone.aborted) return;
      return send(res, await real());
    case 'reset':
      req.socket.resetAndDestroy();
      return;
    case 'malformed-http':
      req.socket.end('HTTP/9.9 abc\r\nthis is not HTTP\r\n\r\n\u0000\u0001\u0002');
      return;
    case 'no-date':
      res.removeHeader('Date');
      return send(res, await real());
    case 'half-body':
      await sendHalf(res, await real());
      req.socket.destroy();
      return;
    case 'stall-body':
      await sendHalf(res, await real());
      return untilGone(gone);
    case 'wrong-length': {
      const answer = await real();
      prepare(res, answer, fault.declared);
      res.end(answer.body, () => req.socket.end());
      return untilGone(gone);
    }
    case 'trickle':
      return trickle(fault.bytesPerSecond, await real(), exchange);
    case 'oversized': {
      const bytes = Math.max(fault.bytes, FRAME_BYTES);
      const headers = { 'Content-Type': JSON_TYPE };
      prepare(res, { status: 200, headers, body: Buffer.alloc(0) }, fault.contentLength ? bytes : null);
      return pipeline(Readable.from(oversizedBody(bytes)), res);
    }
    default:
      return send(res, await faultAnswer(fault, real, req.headers.authorization ?? ''));
  }
}

async function untilGone(gone: AbortSignal): Promise<void> {
  if (!gone.aborted) await once(gone, 'abort');
}

/** Resolves when the first half is handed to the system. */
async function sendHalf(res: ServerResponse, answer: Answer): Promise<void> {
  prepare(res, answer);
  await write(res, answer.body.subarray(0, Math.floor(answer.body.length / 2)));
}

async function write(res: ServerResponse, bytes: Buffer): Promise<void> {
  await new Promise<void>((resolve, reject) => res.write(bytes, (error) => (error ? reject(error) : resolve())));
}

async function trickle(bytesPerSecond: number, answer: Answer, { res, gone }: Exchange): Promise<void> {
  // Timers are no finer than a millisecond: above 1000 bytes a second a step is more than a byte.
  const step = Math.max(1, Math.round(bytesPerSecond / 1000));
  prepare(res, answer);
  res.flushHeaders();
  for (let start = 0; start < answer.body.length; start += step) {
    await wait((step * 1000) / bytesPerSecond, undefined, { signal: gone });
    await write(res, answer.body.subarray(start, start + step));
  }
  res.end();
}

const BEFORE = '{"data":{"viewPersonalAccessTokens":[{"name":"oversized","description":"';
const AFTER = '","role":"ROLE_READ_ONLY","status":"ACTIVE","createdAt":"2026-01-01T00:00:00Z","expiresAt":null}]}}';
const FRAME_BYTES = BEFORE.length + AFTER.length;
const PIECE = Buffer.alloc(64 * 1024, 'x');

function* oversizedBody(bytes: number): Generator<Buffer> {
  yield Buffer.from(BEFORE);
  for (let left = bytes - FRAME_BYTES; left > 0; left -= PIECE.length) {
    yield PIECE.subarray(0, Math.min(left, PIECE.length));
  }
  yield Buffer.from(AFTER);
}
