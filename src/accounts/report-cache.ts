import type { Report } from '../model/report.ts';
import type { Clock } from '../runtime/clock.ts';

/** How long an outcome is recent: it is shown to people as it is, and no call is made on their behalf. */
const TTL_MS = 15_000;

/**
 * An account's last report, for as long as it is recent. Then it is let go: the lists of many accounts take more memory
 * than the exporter itself, and nobody may ever look.
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
    // What is kept for readers is no reason for the process to go on.
    this.#timer.unref();
  }

  /** What was read stays true when other tokens are expected. */
  updateExpected(expected: Report['expected']): void {
    if (this.#entry !== undefined) this.#entry = { ...this.#entry, report: { ...this.#entry.report, expected } };
  }
}
