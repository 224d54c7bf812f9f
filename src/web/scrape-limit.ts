import type { RequestHandler } from 'express';

/**
 * Lets so many scrapes through at once; more get 503, as with Prometheus' own client library, and Prometheus shows them
 * as failed. A scrape counts until its last byte is sent or its scraper has left.
 *
 * @param most 0 for no limit
 */
export function scrapeLimit(most: number): RequestHandler {
  let underWay = 0;
  return (_request, response, next) => {
    if (most > 0 && underWay >= most) {
      response
        .status(503)
        .type('text')
        .send(`${most} scrapes are being answered already, which is the limit (--web.max-requests); try again later\n`);
      return;
    }
    // Nobody waits for it any more, and its end has been told already.
    if (response.closed) return;
    underWay += 1;
    response.once('close', () => {
      underWay -= 1;
    });
    next();
  };
}
