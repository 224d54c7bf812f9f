import type { LimitFunction } from 'p-limit';
import type { Instant } from '../model/instant.ts';
import type { UrgencyPolicy } from '../model/policy.ts';
import { FAILURE_REASONS, type FailureReason, failedOutcome, type Outcome, type Report } from '../model/report.ts';
import type { ExpectedToken } from '../model/token.ts';
import type { FetchResult, Upstream } from '../pointone/client.ts';
import { describeProxy } from '../pointone/network-failure.ts';
import type { Clock } from '../runtime/clock.ts';
import { deferred, waitForCaller } from './caller-timeout.ts';
import { DeadlineMemory } from './deadline-memory.ts';
import { nextPriority, PRIORITY } from './fetch-priority.ts';
import { ReportMemory } from './report-memory.ts';

export interface CollectorOptions {
  readonly account: string;
  readonly expected: readonly ExpectedToken[];
  readonly policy: UrgencyPolicy;
  /** Timeout of one fetch in milliseconds, including the time it waits in the queue. */
  readonly timeoutMs: number;
  readonly upstream: Upstream;
  /** Limits the concurrent requests of all accounts. */
  readonly limit: LimitFunction;
  readonly clock: Clock;
  /** Called once for each outcome, no matter how many scrapes share it. */
  readonly onReport: (report: Report) => void;
}

/** The options that a reload can change. */
export type ReloadableOptions = Pick<CollectorOptions, 'expected' | 'policy' | 'timeoutMs'>;

/** Describes an account whose fetch is still running. */
export interface PendingAccount
  extends Pick<Report, 'account' | 'policy' | 'lastList' | 'lastSuccessAt' | 'credentialExpiresAt'> {
  readonly outcome: undefined;
}

/** The result of a fetch, with the memory that includes its list. */
interface RememberedResult extends FetchResult {
  readonly remembered?: { readonly memory: DeadlineMemory; readonly policy: UrgencyPolicy };
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
  readonly #memory: ReportMemory;
  #current: SharedFetch | undefined;
  #priority = PRIORITY.normal;
  #lastSuccessAt: Instant | undefined;
  #credentialExpiresAt: Instant | undefined;
  #deadlineMemory = DeadlineMemory.EMPTY;
  /** On the monotonic clock, so that changes of the system time do not affect the pause. */
  #pausedUntil = Number.NEGATIVE_INFINITY;

  constructor(options: CollectorOptions) {
    this.#options = options;
    this.#memory = new ReportMemory(options.clock);
  }

  /**
   * Applies new settings, and keeps the counters, the pause, the last success, the last list and the deadlines of the
   * account.
   */
  updateOptions(options: ReloadableOptions): void {
    const isNewPolicy = options.policy !== this.#options.policy;
    this.#options = { ...this.#options, ...options };
    this.#memory.update(options);
    if (isNewPolicy) void this.#applyPolicyToLastList();
  }

  /** Computes the deadlines again: an account that cannot be read would keep those of the previous policy for days. */
  async #applyPolicyToLastList(): Promise<void> {
    const list = this.#memory.lastList();
    if (list === undefined) return;
    const previous = this.#deadlineMemory;
    const memory = await previous.afterList(list.tokens, this.#options.policy, list.readAt);
    // A newer list may have been read in the meantime.
    if (this.#deadlineMemory === previous) this.#deadlineMemory = memory;
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
    const callerTimeout = waitForCaller({ deadline, endsAt: shared.endsAt, signal, clock: this.#options.clock });
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
    const cached = this.#memory.recentReport();
    if (cached !== undefined) return cached;
    const fetched = this.collect(Number.POSITIVE_INFINITY);
    const { account, clock } = this.#options;
    const { promise: timeout, resolve } = deferred();
    const startedAt = this.#current?.startedAt ?? clock.monotonic();
    const timer = setTimeout(resolve, startedAt + maxWaitMs - clock.monotonic());
    const report = await Promise.race([fetched, timeout]);
    clearTimeout(timer);
    if (report !== undefined) return report;
    return {
      account,
      policy: this.#options.policy,
      outcome: undefined,
      lastList: this.#memory.lastList(),
      lastSuccessAt: this.#lastSuccessAt,
      credentialExpiresAt: this.#credentialExpiresAt,
    };
  }

  #start(): SharedFetch {
    const { clock, limit, timeoutMs, upstream } = this.#options;
    const startedAt = clock.monotonic();
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), timeoutMs);
    // The races enforce the timeout and free the slot even if the fetch ignores its signal, such as a read from a hung
    // network file system.
    const aborted = new Promise<RememberedResult>((resolve) => {
      const detail = `no complete response within ${timeoutMs / 1000} s${describeProxy(upstream.proxy)}`;
      const timedOut = failedOutcome('timeout', detail);
      abort.signal.addEventListener('abort', () => resolve(this.#withoutResponse(timedOut)), { once: true });
    });
    const request = limit(() => {
      if (abort.signal.aborted) return aborted;
      shared.requestedAt = clock.monotonic();
      return Promise.race([aborted, this.#fetch(abort.signal)]);
    });
    const report = Promise.race([aborted, request]).then((result) => {
      clearTimeout(timer);
      this.#priority = nextPriority(result.outcome, { ...shared, endedAt: clock.monotonic() });
      // Aborted: a timeout is already counted, or the exporter ended the fetch. Another fetch may be running.
      if (this.#current !== shared) return this.#createReport(result, startedAt);
      this.#current = undefined;
      return this.#onFetchDone(result, startedAt);
    });
    const state = { callers: 0, requestedAt: undefined, timeoutCounted: false };
    const shared: SharedFetch = { startedAt, endsAt: startedAt + timeoutMs, abort, report, ...state };
    return shared;
  }

  async #fetch(signal: AbortSignal): Promise<RememberedResult> {
    const { clock, upstream } = this.#options;
    const result = await upstream.fetchTokens(signal);
    if (!result.outcome.ok) return result;
    const { policy } = this.#options;
    const memory = await this.#currentDeadlines().afterList(result.outcome.tokens, policy, clock.now());
    return { ...result, remembered: { memory, policy } };
  }

  #onFetchDone(result: RememberedResult, startedAt: number): Report {
    const { clock } = this.#options;
    this.#credentialExpiresAt = result.credentialExpiresAt;
    if (result.pauseMs > 0) this.#pausedUntil = clock.monotonic() + result.pauseMs;
    if (result.outcome.ok) {
      this.#lastSuccessAt = clock.now();
      this.#memory.setLastList(result.outcome.tokens, this.#lastSuccessAt);
    }
    if (result.remembered !== undefined) {
      this.#deadlineMemory = result.remembered.memory;
      // A reload may have changed the policy while the deadlines were computed.
      if (result.remembered.policy !== this.#options.policy) void this.#applyPolicyToLastList();
    }
    return this.#recordAndKeep(result, startedAt);
  }

  /** Returns the deadlines of the last list. They are kept as long as the list itself, by the same clock. */
  #currentDeadlines(): DeadlineMemory {
    if (this.#memory.lastList() === undefined) this.#deadlineMemory = DeadlineMemory.EMPTY;
    return this.#deadlineMemory;
  }

  /** See `nextPriority`. */
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
    return this.#recordAndKeep(this.#withoutResponse(failedOutcome('rate_limited', detail)), now);
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

  /** Records an outcome that applies to every caller, unlike the timeout of one caller. */
  #recordAndKeep(result: FetchResult, startedAt: number): Report {
    const report = this.#record(result, startedAt);
    this.#memory.setReport(report);
    return report;
  }

  #record(result: FetchResult, startedAt: number): Report {
    if (!result.outcome.ok) this.#errors[result.outcome.failure.reason] += 1;
    const report = this.#createReport(result, startedAt);
    this.#options.onReport(report);
    return report;
  }

  #createReport({ outcome, clockSkewMs, credentialExpiresAt }: FetchResult, startedAt: number): Report {
    const { account, clock, expected, policy } = this.#options;
    const durationMs = clock.monotonic() - startedAt;
    const errors = { ...this.#errors };
    const lastSuccessAt = this.#lastSuccessAt;
    return {
      account,
      expected,
      policy,
      deadlines: this.#currentDeadlines().deadlines,
      outcome,
      lastList: this.#memory.lastList(),
      durationMs,
      errors,
      lastSuccessAt,
      clockSkewMs,
      credentialExpiresAt,
    };
  }

  /** Creates a result without a response: the credential's expiry is unchanged, and the clock skew is unknown. */
  #withoutResponse(outcome: Outcome): FetchResult {
    return { outcome, pauseMs: 0, clockSkewMs: undefined, credentialExpiresAt: this.#credentialExpiresAt };
  }
}
