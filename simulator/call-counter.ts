import type { ServerResponse } from 'node:http';
import type { Fault } from './faults.ts';

const MAX_AUTHORIZATIONS = 1000;

/** What the simulator has seen of requests to /graphql. */
export interface CallStatistics {
  readonly total: number;
  readonly inFlight: number;
  readonly maxInFlight: number;
  /** By user id; calls that were not authenticated are in `total` alone. */
  readonly byUser: ReadonlyMap<string, number>;
  /** How many calls met a fault, by user id and kind of fault; those that were not authenticated are left out. */
  readonly faultsByUser: ReadonlyMap<string, ReadonlyMap<Fault['kind'], number>>;
  /** The last 1000 `Authorization` headers, oldest first; an empty string for a call without one. */
  readonly authorizations: readonly string[];
}

/** Counts requests from their arrival to the end of their answer. */
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
  /** A call that arrived meets a fault. */
  recordFault(kind: Fault['kind'], user: string | undefined): void {
    if (user === undefined) return;
    const kinds = this.faultsByUser.get(user) ?? new Map<Fault['kind'], number>();
    this.faultsByUser.set(user, kinds.set(kind, (kinds.get(kind) ?? 0) + 1));
  }
}
