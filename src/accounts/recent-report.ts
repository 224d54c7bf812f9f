import type { Report } from '../model/report.ts';
import type { Clock } from '../runtime/clock.ts';

/** How long an outcome is recent: it is shown to people as it is, and no call is made on their behalf. */
const RECENT_MS = 15_000;

/**
 * An account's last report, for as long as it is recent. Then it is let go: the lists of many accounts take more memory
 * than the exporter itself, and nobody may ever look.
 */
export class RecentReport {
  readonly #clock: Clock;
  #kept: { readonly report: Report; readonly until: number } | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get(): Report | undefined {
    if (this.#kept === undefined || this.#clock.monotonic() >= this.#kept.until) return undefined;
    return this.#kept.report;
  }

  keep(report: Report): void {
    this.#kept = { report, until: this.#clock.monotonic() + RECENT_MS };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#kept = undefined;
    }, RECENT_MS);
    // What is kept for readers is no reason for the process to go on.
    this.#timer.unref();
  }

  /** What was read stays true when other tokens are expected. */
  expect(expected: Report['expected']): void {
    if (this.#kept !== undefined) this.#kept = { ...this.#kept, report: { ...this.#kept.report, expected } };
  }
}
