import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { Fault } from './faults.ts';
import { type HttpResponse, JSON_TYPE, jsonResponse, prepareResponse, sendResponse, textResponse } from './http.ts';

/** One request and its response. */
export interface Exchange {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** Aborted when the connection closes, including when the simulator closes it. */
  readonly disconnected: AbortSignal;
  /** Creates the response that the request gets without a fault. */
  realResponse(): Promise<HttpResponse>;
  /** Resolves the next time a fault is set or cleared. */
  faultChange(): Promise<void>;
}

/** Responds with the fault, or with the real response if there is no fault. May reject if the client disconnects. */
export async function respond(fault: Fault | undefined, exchange: Exchange): Promise<void> {
  const { req, res, disconnected, realResponse } = exchange;
  if (fault === undefined) return sendResponse(res, await realResponse());
  switch (fault.kind) {
    case 'latency':
      await wait(fault.ms, undefined, { signal: disconnected });
      return respond(fault.then, exchange);
    case 'hang':
      return untilDisconnected(disconnected);
    case 'hold':
      await Promise.race([exchange.faultChange(), untilDisconnected(disconnected)]);
      if (disconnected.aborted) return;
      return sendResponse(res, await realResponse());
    case 'reset':
      req.socket.resetAndDestroy();
      return;
    case 'malformed-http':
      req.socket.end('HTTP/9.9 abc\r\nthis is not HTTP\r\n\r\n\u0000\u0001\u0002');
      return;
    case 'no-date':
      res.removeHeader('Date');
      return sendResponse(res, await realResponse());
    case 'half-body':
      await sendHalfBody(res, await realResponse());
      req.socket.destroy();
      return;
    case 'stall-body':
      await sendHalfBody(res, await realResponse());
      return untilDisconnected(disconnected);
    case 'wrong-length': {
      const response = await realResponse();
      prepareResponse(res, response, fault.declared);
      res.end(response.body, () => req.socket.end());
      return untilDisconnected(disconnected);
    }
    case 'trickle':
      return trickle(fault.bytesPerSecond, await realResponse(), exchange);
    case 'oversized': {
      const bytes = Math.max(fault.bytes, OVERSIZED_MIN_BYTES);
      const headers = { 'Content-Type': JSON_TYPE };
      prepareResponse(res, { status: 200, headers, body: Buffer.alloc(0) }, fault.contentLength ? bytes : null);
      return pipeline(Readable.from(oversizedBody(bytes)), res);
    }
    default:
      return sendResponse(res, await faultResponse(fault, realResponse, req.headers.authorization ?? ''));
  }
}

async function untilDisconnected(disconnected: AbortSignal): Promise<void> {
  if (!disconnected.aborted) await once(disconnected, 'abort');
}

/** Sends the first half of the body. Resolves when the operating system has accepted it. */
async function sendHalfBody(res: ServerResponse, response: HttpResponse): Promise<void> {
  prepareResponse(res, response);
  await write(res, response.body.subarray(0, Math.floor(response.body.length / 2)));
}

async function write(res: ServerResponse, bytes: Buffer): Promise<void> {
  await new Promise<void>((resolve, reject) => res.write(bytes, (error) => (error ? reject(error) : resolve())));
}

async function trickle(bytesPerSecond: number, response: HttpResponse, { res, disconnected }: Exchange): Promise<void> {
  // Timers have a resolution of 1 ms: above 1000 bytes per second, a step has more than one byte.
  const step = Math.max(1, Math.round(bytesPerSecond / 1000));
  prepareResponse(res, response);
  res.flushHeaders();
  for (let start = 0; start < response.body.length; start += step) {
    await wait((step * 1000) / bytesPerSecond, undefined, { signal: disconnected });
    await write(res, response.body.subarray(start, start + step));
  }
  res.end();
}

const OVERSIZED_PREFIX = '{"data":{"viewPersonalAccessTokens":[{"name":"oversized","description":"';
const OVERSIZED_SUFFIX =
  '","role":"ROLE_READ_ONLY","status":"ACTIVE","createdAt":"2026-01-01T00:00:00Z","expiresAt":null}]}}';
const OVERSIZED_MIN_BYTES = OVERSIZED_PREFIX.length + OVERSIZED_SUFFIX.length;
const FILLER = Buffer.alloc(64 * 1024, 'x');

function* oversizedBody(bytes: number): Generator<Buffer> {
  yield Buffer.from(OVERSIZED_PREFIX);
  for (let remaining = bytes - OVERSIZED_MIN_BYTES; remaining > 0; remaining -= FILLER.length) {
    yield FILLER.subarray(0, Math.min(remaining, FILLER.length));
  }
  yield Buffer.from(OVERSIZED_SUFFIX);
}

/** Faults with a response of their own: well-formed HTTP with unexpected content. */
type ResponseFault = Extract<
  Fault,
  { kind: 'status' | 'body' | 'json' | 'errors' | 'field-error' | 'null-list' | 'encoded' | 'echo-credential' }
>;

const ENCODERS = new Map<string, (body: Buffer) => Buffer>([
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
]);

const BOMB_MEMBERS = 64;
const BOMB_MEMBER_BYTES = 16 * 1024 * 1024;

/** Creates the response of a fault. Calls `realResponse` only if the fault is based on the real response. */
async function faultResponse(
  fault: ResponseFault,
  realResponse: () => Promise<HttpResponse>,
  authorization: string,
): Promise<HttpResponse> {
  switch (fault.kind) {
    case 'status': {
      const body = fault.body ?? `${STATUS_CODES[fault.status] ?? fault.status}\n`;
      return textResponse(fault.status, body, { 'Content-Type': contentTypeOf(body), ...fault.headers });
    }
    case 'body':
      return textResponse(200, fault.body, { 'Content-Type': JSON_TYPE });
    case 'json':
      return jsonResponse(fault.status ?? 200, fault.value);
    case 'null-list':
      return jsonResponse(200, { data: { viewPersonalAccessTokens: null } });
    case 'errors': {
      const extensions = fault.code === undefined ? {} : { extensions: { code: fault.code } };
      const errors = [{ message: 'Fault injected by the simulator', ...extensions }];
      const data = fault.withData
        ? { data: (JSON.parse((await realResponse()).body.toString()) as { data?: unknown }).data }
        : {};
      return jsonResponse(fault.status ?? 200, { errors, ...data });
    }
    case 'field-error':
      return withFieldError(await realResponse(), fault);
    case 'encoded':
      return encode(await realResponse(), fault.encoding, fault.body === 'gzip-bomb');
    case 'echo-credential': {
      const message = `Internal error for Authorization: ${authorization}`;
      const errors = [{ message, extensions: { code: 'INTERNAL_SERVER_ERROR', authorization } }];
      const reason = `Failed ${authorization}`;
      return {
        ...jsonResponse(fault.status ?? 500, { errors }, { 'X-Received-Authorization': authorization }),
        reason,
      };
    }
  }
}

/** Replaces one field or item of the list with null, and adds the error that GraphQL would report for it. */
function withFieldError(
  response: HttpResponse,
  { index, field, code = 'INTERNAL_SERVER_ERROR', nullItem }: Extract<Fault, { kind: 'field-error' }>,
): HttpResponse {
  const { data } = JSON.parse(response.body.toString()) as {
    data?: { viewPersonalAccessTokens?: (Record<string, unknown> | null)[] | null } | null;
  };
  const list = data?.viewPersonalAccessTokens;
  const item = list?.[index];
  if (!list || !item) return response;
  list[index] = nullItem ? null : { ...item, [field]: null };
  const path = ['viewPersonalAccessTokens', index, field];
  const errors = [{ message: 'Fault injected by the simulator', path, extensions: { code } }];
  return jsonResponse(response.status, { errors, data }, response.headers);
}

function contentTypeOf(body: string): string {
  if (/^\s*</.test(body)) return 'text/html; charset=utf-8';
  return /^\s*[[{]/.test(body) ? JSON_TYPE : 'text/plain; charset=utf-8';
}

function encode(response: HttpResponse, encoding: string, bomb: boolean): HttpResponse {
  const body = bomb
    ? gzipBomb(response.body)
    : (ENCODERS.get(encoding.toLowerCase())?.(response.body) ?? response.body);
  return { ...response, headers: { ...response.headers, 'Content-Encoding': encoding }, body };
}

/**
 * Creates a gzip bomb. A gzip file may consist of several members, so the large member is compressed once and repeated.
 */
function gzipBomb(body: Buffer): Buffer {
  const member = gzipSync(Buffer.alloc(BOMB_MEMBER_BYTES, ' '));
  return Buffer.concat([...Array<Buffer>(BOMB_MEMBERS).fill(member), gzipSync(body)]);
}
