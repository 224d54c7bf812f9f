import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { ResponseHeaders } from '../web-config/types.ts';

/** A response to input that never reaches a request handler. */
export interface ErrorResponse {
  readonly status: number;
  readonly text: string;
}

const MALFORMED: ErrorResponse = { status: 400, text: 'malformed request' };

const BY_CODE: Readonly<Record<string, ErrorResponse>> = {
  HPE_HEADER_OVERFLOW: { status: 431, text: 'request headers too large' },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { status: 413, text: 'request body too large; no endpoint expects a body' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, text: 'the request did not arrive in time' },
};

export const BODY_TOO_LARGE: ErrorResponse = {
  status: 413,
  text: 'request body too large; no endpoint expects a body',
};
export const INVALID_HOST: ErrorResponse = { status: 400, text: 'exactly one Host header is required' };
export const NOT_A_PROXY: ErrorResponse = {
  status: 405,
  text: 'method not allowed: this server is not a proxy; use GET or HEAD',
};
export const UNSUPPORTED_EXPECTATION: ErrorResponse = {
  status: 417,
  text: 'unsupported Expect header; only 100-continue is supported',
};
export const PLAINTEXT_REQUEST: ErrorResponse = {
  status: 400,
  text: 'this port requires https://, but the request used http://',
};

/**
 * Maps an error of Node's HTTP parser to a response.
 *
 * @param code the `code` of a `clientError`
 * @returns undefined if the client is gone
 */
export function errorResponseFor(code: string | undefined): ErrorResponse | undefined {
  return BY_CODE[code ?? ''] ?? (code?.startsWith('HPE_') ? MALFORMED : undefined);
}

/** Formats a complete HTTP response, for errors without a `ServerResponse`. */
export function formatErrorResponse({ status, text }: ErrorResponse, headers: ResponseHeaders): string {
  const body = `${text}\n`;
  const lines = {
    ...headers,
    'X-Content-Type-Options': 'nosniff',
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
    Connection: 'close',
  };
  const head = Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head.join('')}\r\n${body}`;
}

/** Sends a plain-text response. Adds the final line break. */
export function sendText(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  const body = Buffer.from(`${text}\n`);
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  // Node does not always set Content-Length, and never for HEAD.
  response.setHeader('Content-Length', body.length);
  response.end(body);
}
