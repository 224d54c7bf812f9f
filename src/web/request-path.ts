import type { IncomingMessage } from 'node:http';

/** The path alone: a request target may be a whole address (RFC 9112, 3.2.2), and no valid one. */
export function pathOf({ url = '' }: IncomingMessage): string {
  const [target = ''] = url.split('?', 1);
  return target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/]*/i, '') || '/';
}
