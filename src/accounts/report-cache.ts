import type { Report } from '../model/report.ts';
import type { Clock } from '../runtime/clock.ts';

/** How long the status page shows a report without a new request, in milliseconds. */
const TTL_MS = 15_000;

/**
 * Caches the last report of an account and evicts it after its time to live: the lists of many accounts take more memory
 * than the exporter itself, and the status page may never be opened.
 */
export class ReportCache {
  readonly #clock: Clock;
  #entry: { readonly report: Report; readonly until: number } | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get(): Report | undefined {
    if (this.#entry === undefined || this.#clock.monotonic() >= this.#entry.until) return undefined;
    return this.#entry.report;
  }

  set(report: Report): void {
    this.#entry = { report, until: this.#clock.monotonic() + TTL_MS };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#entry = undefined;
    }, TTL_MS);
    // The cache must not keep the process alive.
    this.#timer.unref();
  }

  /** Replaces the expected tokens in the cached report, which is otherwise still valid after a reload. */
  updateExpected(expected: Report['expected']): void {
    if (this.#entry !== undefined) this.#entry = { ...this.#entry, report: { ...this.#entry.report, expected } };
  }
}
