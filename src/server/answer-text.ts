import type { ServerResponse } from 'node:http';

/** Answers in a line of plain text, or several. */
export function answerText(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  const body = Buffer.from(`${text}\n`);
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  // Node adds it by itself for some requests alone, and for HEAD never.
  response.setHeader('Content-Length', body.length);
  response.end(body);
}
