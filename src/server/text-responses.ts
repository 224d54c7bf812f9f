import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { ResponseHeaders } from '../web-config/types.ts';

/** The answer to what is no request that could be handed on. */
export interface ErrorResponse {
  readonly status: number;
  readonly text: string;
}

const MALFORMED: ErrorResponse = { status: 400, text: 'malformed request' };

const BY_CODE: Readonly<Record<string, ErrorResponse>> = {
  HPE_HEADER_OVERFLOW: { status: 431, text: 'the headers of the request are too large' },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { status: 413, text: 'the body of the request is too large; none is expected' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, text: 'the request did not arrive in time' },
};

export const BODY_TOO_LARGE: ErrorResponse = {
  status: 413,
  text: 'the body of the request is too large; none is expected',
};
export const INVALID_HOST: ErrorResponse = { status: 400, text: 'one header Host is expected' };
export const NOT_A_PROXY: ErrorResponse = { status: 405, text: 'this is no proxy; only GET and HEAD are answered' };
export const UNSUPPORTED_EXPECTATION: ErrorResponse = {
  status: 417,
  text: 'Expect is not understood but for 100-continue',
};
export const PLAINTEXT_REQUEST: ErrorResponse = {
  status: 400,
  text: 'this port expects https://; the request came as plain http://',
};

/**
 * What to answer when the parser gives up.
 *
 * @param code of the error that Node's server tells
 * @returns undefined when nobody is left to be answered
 */
export function errorResponseFor(code: string | undefined): ErrorResponse | undefined {
  return BY_CODE[code ?? ''] ?? (code?.startsWith('HPE_') ? MALFORMED : undefined);
}

/** The whole answer, as it is sent where no response object is at hand. */
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

/** Answers in a line of plain text, or several. */
export function sendText(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  const body = Buffer.from(`${text}\n`);
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  // Node adds it by itself for some requests alone, and for HEAD never.
  response.setHeader('Content-Length', body.length);
  response.end(body);
}
