import type { ServerResponse } from 'node:http';
import type { Fault } from './faults.ts';

const MAX_AUTHORIZATIONS = 1000;

/** Statistics of the requests to /graphql. */
export interface CallStatistics {
  readonly total: number;
  readonly inFlight: number;
  readonly maxInFlight: number;
  /** By user id. Unauthenticated requests count only in `total`. */
  readonly byUser: ReadonlyMap<string, number>;
  /** Requests that a fault affected, by user id and kind of fault. Unauthenticated requests do not count. */
  readonly faultsByUser: ReadonlyMap<string, ReadonlyMap<Fault['kind'], number>>;
  /** The last 1000 `Authorization` headers, oldest first. A request without the header adds an empty string. */
  readonly authorizations: readonly string[];
}

/** Counts requests from their arrival until the response ends. */
export class CallCounter implements CallStatistics {
  total = 0;
  inFlight = 0;
  maxInFlight = 0;
  readonly byUser = new Map<string, number>();
  readonly faultsByUser = new Map<string, Map<Fault['kind'], number>>();
  readonly authorizations: string[] = [];

  recordCall(res: ServerResponse, authorization: string | undefined, user: string | undefined): void {
    this.total += 1;
    this.inFlight += 1;
    this.maxInFlight = Math.max(this.maxInFlight, this.inFlight);
    if (user !== undefined) this.byUser.set(user, (this.byUser.get(user) ?? 0) + 1);
    this.authorizations.push(authorization ?? '');
    if (this.authorizations.length > MAX_AUTHORIZATIONS) this.authorizations.shift();
    res.once('close', () => {
      this.inFlight -= 1;
    });
  }

  /** Records that a fault affects a request. Call it after `recordCall`. */
  recordFault(kind: Fault['kind'], user: string | undefined): void {
    if (user === undefined) return;
    const kinds = this.faultsByUser.get(user) ?? new Map<Fault['kind'], number>();
    this.faultsByUser.set(user, kinds.set(kind, (kinds.get(kind) ?? 0) + 1));
  }
}
