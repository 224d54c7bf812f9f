import type { LimitFunction } from 'p-limit';
import type { Instant } from '../model/instant.ts';
import { FAILURE_REASONS, type FailureReason, failedOutcome, type Outcome, type Report } from '../model/report.ts';
import type { ExpectedToken } from '../model/token.ts';
import type { FetchResult, Upstream } from '../pointone/client.ts';
import type { Clock } from '../runtime/clock.ts';
import { ReportCache } from './report-cache.ts';

export interface CollectorOptions {
  readonly account: string;
  readonly expected: readonly ExpectedToken[];
  /** Milliseconds that one fetch may take, its wait for a free place included. */
  readonly timeoutMs: number;
  readonly upstream: Upstream;
  /** Bounds the calls in flight, over all accounts. */
  readonly limit: LimitFunction;
  readonly clock: Clock;
  /** Hears of every outcome once, however many scrapes share it. */
  readonly onOutcome: (report: Report) => void;
}

/** What is known of an account while its answer is being waited for. */
export interface PendingAccount extends Pick<Report, 'account' | 'lastSuccessAt' | 'credentialExpiresAt'> {
  readonly outcome: undefined;
}

/** One upstream call on behalf of all scrapes that overlap with it. */
interface SharedFetch {
  readonly startedAt: number;
  /** When it is cut off at the latest. */
  readonly endsAt: number;
  readonly abort: AbortController;
  readonly report: Promise<Report>;
  waiting: number;
  /** When it had its place among the calls in flight; undefined while it waits for one. */
  calledAt: number | undefined;
  /** Somebody's deadline came first, which counts as one error however many follow. */
  timeoutCounted: boolean;
}

/**
 * Who waits longest must not wait always: an account that had no turn before its deadline comes first the next time,
 * and one that kept its place until the deadline comes last, or a few that hang would starve all others.
 */
const PRIORITY = { owed: 0, normal: 1, last: 2 };

function nextPriority(outcome: Outcome, { startedAt, calledAt }: SharedFetch, endedAt: number): number {
  if (outcome.ok || outcome.failure.reason !== 'timeout') return PRIORITY.normal;
  const waitedLonger = calledAt === undefined || calledAt - startedAt > endedAt - calledAt;
  return waitedLonger ? PRIORITY.owed : PRIORITY.last;
}

/**
 * Reads one account: one fetch shared by overlapping scrapes; what was read before is for people's eyes alone.
 *
 * A fetch begins with the first scrape that finds none under way (`#start`) and comes to one of four ends:
 * - answered: its outcome is counted once and shown to all who wait (`#settle`);
 * - cut off at its own limit: the same, with the reason `timeout`;
 * - left by some, whose own deadline came or who hung up: they get a `timeout`, counted once for all of them
 *   (`#leaveEarly`), and it goes on for the others;
 * - left by all: it is aborted, and whatever it still comes to is nobody's (`#abandon`).
 */
export class Collector {
  #options: CollectorOptions;
  readonly #errors = Object.fromEntries(FAILURE_REASONS.map((reason) => [reason, 0])) as Record<FailureReason, number>;
  readonly #reportCache: ReportCache;
  #current: SharedFetch | undefined;
  #priority = PRIORITY.normal;
  #lastSuccessAt: Instant | undefined;
  #credentialExpiresAt: Instant | undefined;
  /** By the monotonic clock, so that setting the time of day neither prolongs nor cuts a pause. */
  #pausedUntil = Number.NEGATIVE_INFINITY;

  constructor(options: CollectorOptions) {
    this.#options = options;
    this.#reportCache = new ReportCache(options.clock);
  }

  /** Goes on as the same account with other wishes: what is known of its upstream, and what was counted, stays true. */
  updateOptions(options: Pick<CollectorOptions, 'expected' | 'timeoutMs'>): void {
    this.#options = { ...this.#options, ...options };
    this.#reportCache.updateExpected(options.expected);
  }

  /**
   * The account's state as of now. Never rejects.
   *
   * @param deadline the caller's own, by the monotonic clock, `Infinity` for none; it gets the reason `timeout` then, and
   * the others their answer
   * @param left aborted when the caller no longer waits
   */
  async collect(deadline: number, left?: AbortSignal): Promise<Report> {
    if (this.#current === undefined && this.#options.clock.monotonic() < this.#pausedUntil) return this.#pausedReport();
    this.#current ??= this.#start();
    const shared = this.#current;
    shared.waiting += 1;
    const callerTimeout = this.#waitForCallerTimeout(shared, deadline, left);
    try {
      return (
        (await Promise.race([shared.report, callerTimeout.promise])) ??
        this.#onCallerTimeout(shared, left?.aborted === true)
      );
    } finally {
      callerTimeout.cancel();
      shared.waiting -= 1;
      if (shared.waiting === 0) this.#abort(shared);
    }
  }

  /**
   * The account's state as of lately, for people: a recent outcome as it is, or else that of a fetch, which scrapes may
   * share. It runs to its end even when nobody waits any more: whoever reloads a page would make a call each time
   * otherwise. Never rejects.
   *
   * @param patienceMs how long a fetch may have been under way for its answer to be waited for
   */
  async latest(patienceMs: number): Promise<Report | PendingAccount> {
    const recent = this.#reportCache.get();
    if (recent !== undefined) return recent;
    const report = this.collect(Number.POSITIVE_INFINITY);
    const { account, clock } = this.#options;
    const { promise: timeout, resolve } = deferred();
    const startedAt = this.#current?.startedAt ?? clock.monotonic();
    const timer = setTimeout(resolve, startedAt + patienceMs - clock.monotonic());
    const answered = await Promise.race([report, timeout]);
    clearTimeout(timer);
    if (answered !== undefined) return answered;
    const [lastSuccessAt, credentialExpiresAt] = [this.#lastSuccessAt, this.#credentialExpiresAt];
    return { account, outcome: undefined, lastSuccessAt, credentialExpiresAt };
  }

  #start(): SharedFetch {
    const { clock, limit, timeoutMs, upstream } = this.#options;
    const startedAt = clock.monotonic();
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), timeoutMs);
    // The races hold the deadline, and give the place back, even where a call does not heed its signal: a read from a
    // dead file server.
    const aborted = new Promise<FetchResult>((resolve) => {
      const late = failedOutcome('timeout', `no complete answer within ${timeoutMs / 1000} s`);
      abort.signal.addEventListener('abort', () => resolve(this.#withoutResponse(late)), { once: true });
    });
    const call = limit(() => {
      if (abort.signal.aborted) return aborted;
      shared.calledAt = clock.monotonic();
      return Promise.race([aborted, upstream.fetchTokens(abort.signal)]);
    });
    const report = Promise.race([aborted, call]).then((fetched) => {
      clearTimeout(timer);
      this.#priority = nextPriority(fetched.outcome, shared, clock.monotonic());
      // Abandoned: whoever left last has counted it, and the next scrape may have a fetch of its own under way.
      if (this.#current !== shared) return this.#createReport(fetched, startedAt);
      this.#current = undefined;
      return this.#onFetchDone(fetched, startedAt);
    });
    const endsAt = startedAt + timeoutMs;
    const shared: SharedFetch = {
      startedAt,
      endsAt,
      abort,
      report,
      waiting: 0,
      calledAt: undefined,
      timeoutCounted: false,
    };
    return shared;
  }

  #onFetchDone(fetched: FetchResult, startedAt: number): Report {
    const { clock } = this.#options;
    this.#credentialExpiresAt = fetched.credentialExpiresAt;
    if (fetched.pauseMs > 0) this.#pausedUntil = clock.monotonic() + fetched.pauseMs;
    if (fetched.outcome.ok) this.#lastSuccessAt = clock.now();
    return this.#recordAndCache(fetched, startedAt);
  }

  /** When accounts compete for places among the calls in flight: those of a lower number go first. */
  get priority(): number {
    return this.#priority;
  }

  get isFetching(): boolean {
    return this.#current !== undefined;
  }

  /** Ends the fetch under way, which says nothing of the upstream: it is the exporter that hangs up. */
  close(): void {
    if (this.#current !== undefined) this.#abort(this.#current);
  }

  #pausedReport(): Report {
    const now = this.#options.clock.monotonic();
    const seconds = Math.ceil((this.#pausedUntil - now) / 1000);
    const outcome = failedOutcome('rate_limited', `no call for another ${seconds} s, as the API asked by Retry-After`);
    return this.#recordAndCache(this.#withoutResponse(outcome), now);
  }

  /** Counts one timeout for all that leave a fetch before its end. */
  #onCallerTimeout(shared: SharedFetch, hungUp: boolean): Report {
    const who = hungUp ? 'the scraper hung up' : "the scrape's own deadline came";
    const fetched = this.#withoutResponse(failedOutcome('timeout', `${who} before the answer`));
    if (shared.timeoutCounted) return this.#createReport(fetched, shared.startedAt);
    shared.timeoutCounted = true;
    return this.#record(fetched, shared.startedAt);
  }

  /** Nobody waits any more: the call ends at once, and the next scrape makes one of its own. */
  #abort(shared: SharedFetch): void {
    if (this.#current !== shared) return;
    this.#current = undefined;
    shared.abort.abort();
  }

  /** Resolves with undefined when the caller leaves; never, when the fetch is sure to end before that. */
  #waitForCallerTimeout(shared: SharedFetch, deadline: number, left: AbortSignal | undefined) {
    const { clock } = this.#options;
    const { promise, resolve } = deferred();
    const endsBefore = shared.endsAt <= deadline;
    const timer = endsBefore ? undefined : setTimeout(resolve, deadline - clock.monotonic());
    left?.addEventListener('abort', resolve, { once: true });
    if (left?.aborted) resolve();
    const cancel = (): void => {
      clearTimeout(timer);
      left?.removeEventListener('abort', resolve);
    };
    return { promise, cancel };
  }

  /** For an outcome that holds for whoever asks, as one scrape's own deadline does not. */
  #recordAndCache(fetched: FetchResult, startedAt: number): Report {
    const report = this.#record(fetched, startedAt);
    this.#reportCache.set(report);
    return report;
  }

  #record(fetched: FetchResult, startedAt: number): Report {
    if (!fetched.outcome.ok) this.#errors[fetched.outcome.failure.reason] += 1;
    const report = this.#createReport(fetched, startedAt);
    this.#options.onOutcome(report);
    return report;
  }

  #createReport({ outcome, clockSkewMs, credentialExpiresAt }: FetchResult, startedAt: number): Report {
    const { account, clock, expected } = this.#options;
    return {
      account,
      expected,
      outcome,
      durationMs: clock.monotonic() - startedAt,
      errors: { ...this.#errors },
      lastSuccessAt: this.#lastSuccessAt,
      clockSkewMs,
      credentialExpiresAt,
    };
  }

  /** An outcome that no call gave: nothing new is known of the credential, and nothing of the upstream's clock. */
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
