/**
 * A way to go wrong. One by one they cover what is known and guessed of the real API's failures, and what the
 * network between may do.
 */
export type Fault =
  /** Any status, with any text as its body (the status' own name when left out) and any headers. */
  | { kind: 'status'; status: number; body?: string; headers?: Record<string, string> }
  /** 200 with that text as the body, called JSON. */
  | { kind: 'body'; body: string }
  /** 200, or another status, with any JSON value. */
  | { kind: 'json'; value: unknown; status?: number }
  /**
   * A GraphQL error with `extensions.code`, beside the real answer's data
   * if `withData`, without `data` if not.
   */
  | { kind: 'errors'; code?: string; status?: number; withData?: boolean }
  /** 200 and a null list without errors: legal by the schema. */
  | { kind: 'null-list' }
  /** Waits, then goes on with another fault or with the real answer. */
  | { kind: 'latency'; ms: number; then?: Fault }
  /** Never answers. */
  | { kind: 'hang' }
  /** Holds the real answer back until a fault is set or cleared: for calls that must be seen under way. */
  | { kind: 'hold' }
  /** Headers and half of the real body, then the connection is gone. */
  | { kind: 'half-body' }
  /** Headers and half of the real body, then silence. */
  | { kind: 'stall-body' }
  /**
   * The real body, slowly: one byte after another up to 1000 bytes a second,
   * a millisecond's worth after another above.
   */
  | { kind: 'trickle'; bytesPerSecond: number }
  /** The connection is reset before any answer. */
  | { kind: 'reset' }
  /**
   * A valid list of one token, of exactly that many bytes (200 at least), streamed; chunked unless
   * `contentLength`.
   */
  | { kind: 'oversized'; bytes: number; contentLength?: boolean }
  /**
   * `Content-Encoding`: the real body (encoded for gzip, deflate and br, untouched under any other name),
   * or about 1 MB of gzip that decodes to 1 GiB of white space and then the real body.
   */
  | { kind: 'encoded'; encoding: string; body?: 'gzip-bomb' | 'real' }
  /** Bytes that are not HTTP. */
  | { kind: 'malformed-http' }
  /** The real body under a wrong `Content-Length`; then the connection is closed. */
  | { kind: 'wrong-length'; declared: number }
  /** The real answer without a `Date` header. */
  | { kind: 'no-date' }
  /**
   * An error (500 by default) whose reason phrase, headers and message hold the
   * `Authorization` header received.
   */
  | { kind: 'echo-credential'; status?: number };

/** Whom a fault meets, and how often. */
export interface FaultScope {
  /** The id of the user whose calls fail; all calls, authenticated or not, when left out. */
  readonly user?: string;
  /** How many calls fail; until cleared when left out. */
  readonly times?: number;
}

/** A fault in force. */
export interface ActiveFault extends FaultScope {
  readonly fault: Fault;
}

/** The faults in force: one for everybody and one for each user, of which the user's own comes first. */
export class FaultRegistry {
  readonly #active = new Map<string | undefined, { fault: Fault; remaining: number }>();
  #waiters: (() => void)[] = [];

  /**
   * Puts a fault in force in place of the scope's previous one. Throws RangeError when `times` is not 1 or
   * more.
   */
  set(fault: Fault, { user, times = Number.POSITIVE_INFINITY }: FaultScope = {}): void {
    if (!(times >= 1)) throw new RangeError(`times must be 1 or more, not ${times}`);
    this.#active.set(user, { fault, remaining: times });
    this.#notifyWaiters();
  }

  /** Clears one user's fault, or all faults. */
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

  /** The fault that meets a call, which is counted off. */
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
