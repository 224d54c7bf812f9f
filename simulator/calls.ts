import type { ServerResponse } from 'node:http';

const REMEMBERED = 1000;

/** What the simulator has seen of requests to /graphql. */
export interface Calls {
  readonly total: number;
  readonly inFlight: number;
  readonly maxInFlight: number;
  /** By user id; calls that were not authenticated are in `total` alone. */
  readonly byUser: ReadonlyMap<string, number>;
  /** The last 1000 `Authorization` headers, oldest first; an empty string for a call without one. */
  readonly authorizations: readonly string[];
}

/** Counts requests from their arrival to the end of their answer. */
export class CallCounter implements Calls {
  total = 0;
  inFlight = 0;
  maxInFlight = 0;
  readonly byUser = new Map<string, number>();
  readonly authorizations: string[] = [];

  arrived(res: ServerResponse, authorization: string | undefined, user: string | undefined): void {
    this.total += 1;
    this.inFlight += 1;
    this.maxInFlight = Math.max(this.maxInFlight, this.inFlight);
    if (user !== undefined) this.byUser.set(user, (this.byUser.get(user) ?? 0) + 1);
    this.authorizations.push(authorization ?? '');
    if (this.authorizations.length > REMEMBERED) this.authorizations.shift();
    res.once('close', () => {
      this.inFlight -= 1;
    });
  }
}
