import type { LimitFunction } from 'p-limit';
import type { Instant } from '../model/instant.ts';
import { FAILURE_REASONS, type FailureReason, failedOutcome, type Outcome, type Report } from '../model/report.ts';
import type { ExpectedToken } from '../model/token.ts';
import type { FetchResult, Upstream } from '../pointone/client.ts';
import { describeProxy } from '../pointone/network-failure.ts';
import type { Clock } from '../runtime/clock.ts';
import { ReportCache } from './report-cache.ts';

export interface CollectorOptions {
  readonly account: string;
  readonly expected: readonly ExpectedToken[];
  /** Timeout of one fetch in milliseconds, including the time it waits in the queue. */
  readonly timeoutMs: number;
  readonly upstream: Upstream;
  /** Limits the concurrent requests of all accounts. */
  readonly limit: LimitFunction;
  readonly clock: Clock;
  /** Called once for each outcome, no matter how many scrapes share it. */
  readonly onReport: (report: Report) => void;
}

/** Describes an account whose fetch is still running. */
export interface PendingAccount extends Pick<Report, 'account' | 'lastSuccessAt' | 'credentialExpiresAt'> {
  readonly outcome: undefined;
}

/** One upstream request, shared by all scrapes that overlap with it. */
interface SharedFetch {
  readonly startedAt: number;
  readonly endsAt: number;
  readonly abort: AbortController;
  readonly report: Promise<Report>;
  callers: number;
  /** When the request was sent; undefined while the fetch waits in the queue. */
  requestedAt: number | undefined;
  /** Whether the timeout of a caller was counted. Timeouts of further callers are not counted. */
  timeoutCounted: boolean;
}

/**
 * Prevents starvation: after a timeout, an account goes first if it mostly waited in the queue, and last if it mostly
 * waited for the response. Otherwise a few endpoints that hang would block all other accounts.
 */
const PRIORITY = { high: 0, normal: 1, low: 2 };

function nextPriority(outcome: Outcome, { startedAt, requestedAt }: SharedFetch, endedAt: number): number {
  if (outcome.ok || outcome.failure.reason !== 'timeout') return PRIORITY.normal;
  const wasMostlyQueued = requestedAt === undefined || requestedAt - startedAt > endedAt - requestedAt;
  return wasMostlyQueued ? PRIORITY.high : PRIORITY.low;
}

/**
 * Reads one account. Overlapping scrapes share one fetch; only the status page uses cached reports.
 *
 * A fetch starts with the first scrape that finds none running (`#start`). It ends in one of these ways:
 * - It completes or reaches the account's timeout: the outcome is counted once, and all callers get it (`#onFetchDone`).
 * - Some callers reach their deadline or disconnect: they get a `timeout`, which is counted once for all of them
 *   (`#onCallerTimeout`), and the fetch continues for the others.
 * - All callers time out or disconnect: the fetch is aborted, and its result is ignored (`#abort`).
 */
export class Collector {
  #options: CollectorOptions;
  readonly #errors = Object.fromEntries(FAILURE_REASONS.map((reason) => [reason, 0])) as Record<FailureReason, number>;
  readonly #reportCache: ReportCache;
  #current: SharedFetch | undefined;
  #priority = PRIORITY.normal;
  #lastSuccessAt: Instant | undefined;
  #credentialExpiresAt: Instant | undefined;
  /** On the monotonic clock, so that changes of the system time do not affect the pause. */
  #pausedUntil = Number.NEGATIVE_INFINITY;

  constructor(options: CollectorOptions) {
    this.#options = options;
    this.#reportCache = new ReportCache(options.clock);
  }

  /** Applies new settings, and keeps the counters, the pause and the last success of the account. */
  updateOptions(options: Pick<CollectorOptions, 'expected' | 'timeoutMs'>): void {
    this.#options = { ...this.#options, ...options };
    this.#reportCache.updateExpected(options.expected);
  }

  /**
   * Fetches the current state of the account. Never rejects.
   *
   * @param deadline the caller's deadline on the monotonic clock; `Infinity` for none. A caller that reaches it gets a
   * `timeout`; other callers still get the response.
   * @param signal aborted when the caller disconnects
   */
  async collect(deadline: number, signal?: AbortSignal): Promise<Report> {
    if (this.#current === undefined && this.#options.clock.monotonic() < this.#pausedUntil) return this.#pausedReport();
    this.#current ??= this.#start();
    const shared = this.#current;
    shared.callers += 1;
    const callerTimeout = this.#waitForCallerTimeout(shared, deadline, signal);
    try {
      const report = await Promise.race([shared.report, callerTimeout.promise]);
      return report ?? this.#onCallerTimeout(shared, signal?.aborted === true);
    } finally {
      callerTimeout.cancel();
      shared.callers -= 1;
      if (shared.callers === 0) this.#abort(shared);
    }
  }

  /**
   * Returns a recent state of the account, for the status page: the cached report, or else the result of a fetch, which
   * scrapes can share. The fetch continues even if all clients disconnect, so that reloading the page does not cause a
   * request each time. Never rejects.
   *
   * @param maxWaitMs how long to wait for a fetch, from its start; after this time, returns a `PendingAccount`
   */
  async latest(maxWaitMs: number): Promise<Report | PendingAccount> {
    const cached = this.#reportCache.get();
    if (cached !== undefined) return cached;
    const fetched = this.collect(Number.POSITIVE_INFINITY);
    const { account, clock } = this.#options;
    const { promise: timeout, resolve } = deferred();
    const startedAt = this.#current?.startedAt ?? clock.monotonic();
    const timer = setTimeout(resolve, startedAt + maxWaitMs - clock.monotonic());
    const report = await Promise.race([fetched, timeout]);
    clearTimeout(timer);
    if (report !== undefined) return report;
    const [lastSuccessAt, credentialExpiresAt] = [this.#lastSuccessAt, this.#credentialExpiresAt];
    return { account, outcome: undefined, lastSuccessAt, credentialExpiresAt };
  }

  #start(): SharedFetch {
    const { clock, limit, timeoutMs, upstream } = this.#options;
    const startedAt = clock.monotonic();
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), timeoutMs);
    // The races enforce the timeout and free the slot even if the fetch ignores its signal, such as a read from a hung
    // network file system.
    const aborted = new Promise<FetchResult>((resolve) => {
      const detail = `no complete response within ${timeoutMs / 1000} s${describeProxy(upstream.proxy)}`;
      const timedOut = failedOutcome('timeout', detail);
      abort.signal.addEventListener('abort', () => resolve(this.#withoutResponse(timedOut)), { once: true });
    });
    const request = limit(() => {
      if (abort.signal.aborted) return aborted;
      shared.requestedAt = clock.monotonic();
      return Promise.race([aborted, upstream.fetchTokens(abort.signal)]);
    });
    const report = Promise.race([aborted, request]).then((result) => {
      clearTimeout(timer);
      this.#priority = nextPriority(result.outcome, shared, clock.monotonic());
      // Aborted: a timeout is already counted, or the exporter ended the fetch. Another fetch may be running.
      if (this.#current !== shared) return this.#createReport(result, startedAt);
      this.#current = undefined;
      return this.#onFetchDone(result, startedAt);
    });
    const state = { callers: 0, requestedAt: undefined, timeoutCounted: false };
    const shared: SharedFetch = { startedAt, endsAt: startedAt + timeoutMs, abort, report, ...state };
    return shared;
  }

  #onFetchDone(result: FetchResult, startedAt: number): Report {
    const { clock } = this.#options;
    this.#credentialExpiresAt = result.credentialExpiresAt;
    if (result.pauseMs > 0) this.#pausedUntil = clock.monotonic() + result.pauseMs;
    if (result.outcome.ok) this.#lastSuccessAt = clock.now();
    return this.#recordAndCache(result, startedAt);
  }

  /** The position in the queue when accounts compete for a slot: lower numbers go first. */
  get priority(): number {
    return this.#priority;
  }

  get isFetching(): boolean {
    return this.#current !== undefined;
  }

  /** Aborts the running fetch without counting an error, because the exporter itself ends it. */
  close(): void {
    if (this.#current !== undefined) this.#abort(this.#current);
  }

  #pausedReport(): Report {
    const now = this.#options.clock.monotonic();
    const seconds = Math.ceil((this.#pausedUntil - now) / 1000);
    const detail = `the last response had Retry-After; no request for another ${seconds} s`;
    return this.#recordAndCache(this.#withoutResponse(failedOutcome('rate_limited', detail)), now);
  }

  /** Counts one timeout for all callers that time out or disconnect before the fetch ends. */
  #onCallerTimeout(shared: SharedFetch, isDisconnected: boolean): Report {
    const cause = isDisconnected ? 'the client disconnected' : 'the deadline of the scrape passed';
    const detail = `${cause} before the response was complete${describeProxy(this.#options.upstream.proxy)}`;
    const result = this.#withoutResponse(failedOutcome('timeout', detail));
    if (shared.timeoutCounted) return this.#createReport(result, shared.startedAt);
    shared.timeoutCounted = true;
    return this.#record(result, shared.startedAt);
  }

  /** Aborts the current fetch, so that the next scrape starts a new one. Ignores earlier fetches. */
  #abort(shared: SharedFetch): void {
    if (this.#current !== shared) return;
    this.#current = undefined;
    shared.abort.abort();
  }

  /**
   * Returns a promise that resolves when the caller reaches its deadline or disconnects, and a function to cancel it.
   * Sets no timer if the fetch times out before the deadline.
   */
  #waitForCallerTimeout(shared: SharedFetch, deadline: number, signal: AbortSignal | undefined) {
    const { promise, resolve } = deferred();
    const fetchEndsFirst = shared.endsAt <= deadline;
    const timer = fetchEndsFirst ? undefined : setTimeout(resolve, deadline - this.#options.clock.monotonic());
    signal?.addEventListener('abort', resolve, { once: true });
    if (signal?.aborted) resolve();
    const cancel = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', resolve);
    };
    return { promise, cancel };
  }

  /** Records an outcome that applies to every caller, unlike the timeout of one caller. */
  #recordAndCache(result: FetchResult, startedAt: number): Report {
    const report = this.#record(result, startedAt);
    this.#reportCache.set(report);
    return report;
  }

  #record(result: FetchResult, startedAt: number): Report {
    if (!result.outcome.ok) this.#errors[result.outcome.failure.reason] += 1;
    const report = this.#createReport(result, startedAt);
    this.#options.onReport(report);
    return report;
  }

  #createReport({ outcome, clockSkewMs, credentialExpiresAt }: FetchResult, startedAt: number): Report {
    const { account, clock, expected } = this.#options;
    const durationMs = clock.monotonic() - startedAt;
    const errors = { ...this.#errors };
    const lastSuccessAt = this.#lastSuccessAt;
    return { account, expected, outcome, durationMs, errors, lastSuccessAt, clockSkewMs, credentialExpiresAt };
  }

  /** Creates a result without a response: the credential's expiry is unchanged, and the clock skew is unknown. */
  #withoutResponse(outcome: Outcome): FetchResult {
    return { outcome, pauseMs: 0, clockSkewMs: undefined, credentialExpiresAt: this.#credentialExpiresAt };
  }
}

function deferred(): { promise: Promise<undefined>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<undefined>((done) => {
    resolve = () => done(undefined);
  });
  return { promise, resolve };
}
