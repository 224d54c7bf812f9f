import type { TokenField } from './token.ts';

/** A fault to inject. The kinds cover network failures and the known and assumed failures of the real API. */
export type Fault =
  /** Responds with a status, a body (default: the reason phrase) and headers. */
  | { kind: 'status'; status: number; body?: string; headers?: Record<string, string> }
  /** Responds with status 200 and this string as the body, with the content type of JSON. */
  | { kind: 'body'; body: string }
  /** Responds with a JSON value. The default status is 200. */
  | { kind: 'json'; value: unknown; status?: number }
  /**
   * Responds with a GraphQL error that has `extensions.code`. `withData` adds the data of the real response; by
   * default, there is no `data`.
   */
  | { kind: 'errors'; code?: string; status?: number; withData?: boolean }
  /**
   * Responds with a partial result: one field of the list's item `index`, counted from 0, is null, and an error whose
   * path names the field is next to the data. The default code is INTERNAL_SERVER_ERROR. With `nullItem`, the whole
   * item is null, as if the schema allowed a null item and no null field. A response without this item is not affected.
   */
  | { kind: 'field-error'; index: number; field: TokenField; code?: string; nullItem?: boolean }
  /** Responds with status 200 and a null list without errors, which the schema permits. */
  | { kind: 'null-list' }
  /** Waits, then continues with another fault or with the real response. */
  | { kind: 'latency'; ms: number; then?: Fault }
  /** Never responds. */
  | { kind: 'hang' }
  /** Holds the real response until a fault is set or cleared. Use it to observe requests in flight. */
  | { kind: 'hold' }
  /** Sends the headers and half of the real body, then closes the connection. */
  | { kind: 'half-body' }
  /** Sends the headers and half of the real body, then nothing more, and keeps the connection open. */
  | { kind: 'stall-body' }
  /** Sends the real body slowly: byte by byte up to 1000 bytes per second, otherwise one chunk per millisecond. */
  | { kind: 'trickle'; bytesPerSecond: number }
  /** Resets the connection before any response. */
  | { kind: 'reset' }
  /**
   * Sends a valid list of one token with exactly `bytes` bytes (at least 200), chunked unless `contentLength` is set.
   */
  | { kind: 'oversized'; bytes: number; contentLength?: boolean }
  /**
   * Sets `Content-Encoding`. The real body is encoded for gzip, deflate and br, and unchanged for any other name.
   * `gzip-bomb` sends about 1 MB of gzip that decodes to 1 GiB of white space followed by the real body.
   */
  | { kind: 'encoded'; encoding: string; body?: 'gzip-bomb' | 'real' }
  /** Sends bytes that are not HTTP. */
  | { kind: 'malformed-http' }
  /** Sends the real body with a wrong `Content-Length`, then closes the connection. */
  | { kind: 'wrong-length'; declared: number }
  /** Sends the real response without a `Date` header. */
  | { kind: 'no-date' }
  /**
   * Responds with an error (default status 500) that repeats the received `Authorization` header in the reason phrase,
   * the headers and the message.
   */
  | { kind: 'echo-credential'; status?: number };

/** The requests that a fault affects. */
export interface FaultScope {
  /** The id of the user whose requests fail. Default: all requests, authenticated or not. */
  readonly user?: string;
  /** The number of requests that fail. Default: all until the fault is cleared. */
  readonly times?: number;
}

/** An active fault, with its scope. */
export interface ActiveFault extends FaultScope {
  readonly fault: Fault;
}

/** Stores the active faults: at most one for all requests and one per user. The fault of a user takes precedence. */
export class FaultRegistry {
  readonly #active = new Map<string | undefined, { fault: Fault; remaining: number }>();
  #waiters: (() => void)[] = [];

  /** Sets a fault and replaces the previous one of the same scope. Throws RangeError if `times` is less than 1. */
  set(fault: Fault, { user, times = Number.POSITIVE_INFINITY }: FaultScope = {}): void {
    if (!(times >= 1)) throw new RangeError(`times must be at least 1, not ${times}`);
    this.#active.set(user, { fault, remaining: times });
    this.#notifyWaiters();
  }

  /** Clears the fault of one user, or all faults. */
  clear(user?: string): void {
    if (user === undefined) this.#active.clear();
    else this.#active.delete(user);
    this.#notifyWaiters();
  }

  /** Resolves the next time a fault is set or cleared. */
  nextChange(): Promise<void> {
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  #notifyWaiters(): void {
    for (const release of this.#waiters.splice(0)) release();
  }

  /** Returns the fault for a request, if there is one, and decrements its number of remaining requests. */
  take(user: string | undefined): Fault | undefined {
    const scope = user !== undefined && this.#active.has(user) ? user : undefined;
    const active = this.#active.get(scope);
    if (active === undefined) return undefined;
    active.remaining -= 1;
    if (active.remaining < 1) this.#active.delete(scope);
    return active.fault;
  }

  list(): ActiveFault[] {
    return Array.from(this.#active, ([user, { fault, remaining: left }]) => ({
      fault,
      ...(user === undefined ? {} : { user }),
      ...(Number.isFinite(left) ? { times: left } : {}),
    }));
  }
}
