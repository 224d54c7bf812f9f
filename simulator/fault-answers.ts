import { STATUS_CODES } from 'node:http';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { Fault } from './faults.ts';
import { type HttpResponse, JSON_TYPE, jsonResponse, textResponse } from './http.ts';

/** Faults that are an answer of their own: well-formed HTTP with the wrong thing in it. */
export type ResponseFault = Extract<
  Fault,
  { kind: 'status' | 'body' | 'json' | 'errors' | 'null-list' | 'encoded' | 'echo-credential' }
>;

const ENCODERS = new Map<string, (body: Buffer) => Buffer>([
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
]);

const BOMB_MEMBERS = 64;
const BOMB_MEMBER_BYTES = 16 * 1024 * 1024;

/** What the client is told. `real` is called only by the faults that build on the real answer. */
export async function faultResponse(
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
      const errors = [{ message: 'The simulator was told to fail', ...extensions }];
      const data = fault.withData
        ? { data: (JSON.parse((await realResponse()).body.toString()) as { data?: unknown }).data }
        : {};
      return jsonResponse(fault.status ?? 200, { errors, ...data });
    }
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

/** gzip lets members follow one another, so the large one is compressed once and repeated. */
function gzipBomb(body: Buffer): Buffer {
  const member = gzipSync(Buffer.alloc(BOMB_MEMBER_BYTES, ' '));
  return Buffer.concat([...Array<Buffer>(BOMB_MEMBERS).fill(member), gzipSync(body)]);
}
