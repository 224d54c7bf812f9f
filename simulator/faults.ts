/** A fault to inject. The kinds cover the known and assumed failures of the real API and failures of the network. */
export type Fault =
  /** A status with a body (default: the reason phrase) and headers. */
  | { kind: 'status'; status: number; body?: string; headers?: Record<string, string> }
  /** Status 200 with this string as the body, declared as JSON. */
  | { kind: 'body'; body: string }
  /** Status 200, or another one, with any JSON value. */
  | { kind: 'json'; value: unknown; status?: number }
  /**
   * A GraphQL error with `extensions.code`. `withData` adds the data of the real response; the default has no `data`.
   */
  | { kind: 'errors'; code?: string; status?: number; withData?: boolean }
  /** Status 200 and a null list without errors, which the schema permits. */
  | { kind: 'null-list' }
  /** Waits, then continues with another fault or with the real response. */
  | { kind: 'latency'; ms: number; then?: Fault }
  /** Never responds. */
  | { kind: 'hang' }
  /** Holds the real response until a fault is set or cleared. Use it to observe requests in flight. */
  | { kind: 'hold' }
  /** The headers and half of the real body, then the connection closes. */
  | { kind: 'half-body' }
  /** The headers and half of the real body, then nothing more on an open connection. */
  | { kind: 'stall-body' }
  /** The real body, slowly: byte by byte up to 1000 bytes per second, above that one chunk per millisecond. */
  | { kind: 'trickle'; bytesPerSecond: number }
  /** Resets the connection before any response. */
  | { kind: 'reset' }
  /** A valid list of one token with exactly `bytes` bytes (at least 200). Chunked unless `contentLength` is set. */
  | { kind: 'oversized'; bytes: number; contentLength?: boolean }
  /**
   * A `Content-Encoding`. The real body is encoded for gzip, deflate and br, and left as it is for any other name.
   * `gzip-bomb` sends about 1 MB of gzip that decodes to 1 GiB of white space followed by the real body.
   */
  | { kind: 'encoded'; encoding: string; body?: 'gzip-bomb' | 'real' }
  /** Bytes that are not HTTP. */
  | { kind: 'malformed-http' }
  /** The real body with a wrong `Content-Length`; then the connection closes. */
  | { kind: 'wrong-length'; declared: number }
  /** The real response without a `Date` header. */
  | { kind: 'no-date' }
  /**
   * An error (default status 500) that repeats the received `Authorization` header in reason phrase, headers and
   * message.
   */
  | { kind: 'echo-credential'; status?: number };

/** The requests that a fault affects. */
export interface FaultScope {
  /** The id of the user whose requests fail. Default: all requests, authenticated or not. */
  readonly user?: string;
  /** The number of requests that fail. Default: all until the fault is cleared. */
  readonly times?: number;
}

/** A fault that is set. */
export interface ActiveFault extends FaultScope {
  readonly fault: Fault;
}

/** Holds the faults that are set: one for all users and one per user. The fault of a user takes precedence. */
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

  /** Resolves when a fault is set or cleared next. */
  nextChange(): Promise<void> {
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  #notifyWaiters(): void {
    for (const release of this.#waiters.splice(0)) release();
  }

  /** Returns the fault for a request and decrements its remaining count. */
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
