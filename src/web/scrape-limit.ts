import type { ServerResponse } from 'node:http';
import { answerText } from '../server/answer-text.ts';

/**
 * Lets so many scrapes through at once; more get 503, as with Prometheus' own client library, and Prometheus shows them
 * as failed. A scrape counts until its last byte is sent or its scraper has left.
 *
 * @param most 0 for no limit
 * @returns whether a scrape is let through; one that is not is answered, or its scraper has left
 */
export function scrapeLimit(most: number): (response: ServerResponse) => boolean {
  let underWay = 0;
  return (response) => {
    if (most > 0 && underWay >= most) {
      const what = `${most} scrapes are being answered already, which is the limit (--web.max-requests)`;
      answerText(response, 503, `${what}; try again later`);
      return false;
    }
    // Nobody waits for it any more, and its end has been told already.
    if (response.closed) return false;
    underWay += 1;
    response.once('close', () => {
      underWay -= 1;
    });
    return true;
  };
}
