import type { IncomingMessage } from 'node:http';

/** The most a request may carry, in bytes. */
const MAX_BODY_BYTES = 1024 * 1024;

/**
 * A request's body as text; undefined when it is over the limit, in which case the rest is read and dropped.
 */
export async function readBody(req: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  return new Promise((resolve, reject) => {
    req.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_BODY_BYTES) {
        chunks.push(chunk);
        return;
      }
      chunks.length = 0;
      resolve(undefined);
    });
    req.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    req.on('error', reject);
    req.on('close', () => reject(new Error('the client went away before its request was complete')));
  });
}
