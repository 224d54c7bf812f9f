import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import type { Request, Response } from 'express';
import { exposition, type Group } from '../metrics/exposition.ts';
import type { Instant } from '../tokens/instant.ts';
import { chooseFormat } from './accept.ts';

/** Level 6 makes the answer 11 % smaller and takes three times as long. */
const GZIP_LEVEL = 1;

/** Answers a scrape: format by `Accept`, gzip by `Accept-Encoding`, streamed no faster than the scraper reads. */
export async function sendMetrics(request: Request, response: Response, groups: Group[], at: Instant): Promise<void> {
  const format = chooseFormat(request.headers.accept);
  const compress = request.acceptsEncodings(['gzip', 'identity']) === 'gzip';
  response.setHeader('Content-Type', format.contentType);
  response.setHeader('Vary', 'Accept, Accept-Encoding');
  if (compress) response.setHeader('Content-Encoding', 'gzip');
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  const text = Readable.from(paced(exposition(groups, at, format)));
  await (compress ? pipeline(text, createGzip({ level: GZIP_LEVEL }), response) : pipeline(text, response));
}

/** Lets other requests have their turn between two chunks. */
async function* paced(chunks: Iterable<string>): AsyncGenerator<string> {
  for (const chunk of chunks) {
    yield chunk;
    await nextTurn();
  }
}
