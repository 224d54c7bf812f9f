import type { IncomingMessage, ServerResponse } from 'node:http';
import { createGzip, type Gzip } from 'node:zlib';
import { exposition, type Group } from '../metrics/exposition.ts';
import type { Instant } from '../model/instant.ts';
import { TimeSlice } from '../runtime/yielding.ts';
import { acceptsGzip, chooseFormat } from './content-negotiation.ts';

/** Level 6 makes the answer 11 % smaller and takes three times as long. */
const GZIP_LEVEL = 1;

/** What is sent at once at most; zlib's own 16 KiB would be four times as many calls of the system. */
const GZIP_CHUNK_BYTES = 64 * 1024;

/** Answers a scrape: format by `Accept`, gzip by `Accept-Encoding`, streamed no faster than the scraper reads. */
export async function sendMetrics(
  request: IncomingMessage,
  response: ServerResponse,
  groups: Group[],
  at: Instant,
): Promise<void> {
  const format = chooseFormat(request.headers.accept);
  const compress = acceptsGzip(request.headers['accept-encoding']?.toString());
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
  const gzip = createGzip({ level: GZIP_LEVEL, chunkSize: GZIP_CHUNK_BYTES });
  try {
    await Promise.all([write(text, gzip), write(gzip, response)]);
  } finally {
    // Where one of the two failed, the other would wait for it.
    gzip.destroy();
  }
}

/** Ends early, without an error, when the other side has left. */
async function write(
  chunks: Iterable<Uint8Array | undefined> | AsyncIterable<Uint8Array>,
  to: ServerResponse | Gzip,
): Promise<void> {
  // One chunk is held back, so that the last one ends the answer: a short one is then sent as a whole, with its length.
  let held: Uint8Array | undefined;
  const slice = new TimeSlice();
  for await (const chunk of chunks) {
    if (to.destroyed) return;
    if (chunk !== undefined) {
      // A scraper that reads slowly slows us down.
      if (held !== undefined && !to.write(held)) await drained(to);
      held = chunk;
    }
    if (slice.isOver) await slice.yield();
  }
  if (to.destroyed) return;
  to.end(held);
}

function drained(stream: ServerResponse | Gzip): Promise<void> {
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
