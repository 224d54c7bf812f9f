import { pipeline } from 'node:stream/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createGzip, type Gzip } from 'node:zlib';
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
  const text = exposition(groups, at, format);
  if (!compress) {
    await write(text, response);
    return;
  }
  const gzip = createGzip({ level: GZIP_LEVEL });
  await Promise.all([write(text, gzip), pipeline(gzip, response)]);
}

/** Ends early, without an error, when the other side has left. */
async function write(chunks: Iterable<string>, to: Response | Gzip): Promise<void> {
  for (const chunk of chunks) {
    if (to.destroyed) return;
    const goOn = to.write(chunk);
    // Others have their turn between two chunks, and a scraper that reads slowly slows us down.
    await (goOn ? nextTurn() : drained(to));
  }
  to.end();
}

function drained(stream: Response | Gzip): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stream.off('drain', done);
      stream.off('close', done);
      resolve();
    };
    stream.on('drain', done);
    stream.on('close', done);
  });
}
