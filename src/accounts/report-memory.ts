import { DAY_MS, type Instant } from '../model/instant.ts';
import type { LastList, Report } from '../model/report.ts';
import type { Token } from '../model/token.ts';
import type { Clock } from '../runtime/clock.ts';

/** How long the status page shows a report without a new request, in milliseconds. */
const MAX_REPORT_AGE_MS = 15_000;

/** How long the last token list and its deadlines are kept while the account cannot be read. */
export const MAX_LIST_AGE_MS = 7 * DAY_MS;

/** A value with its time on the monotonic clock, which changes of the system time do not affect. */
interface Entry<Value> {
  readonly value: Value;
  readonly since: number;
}

/**
 * Keeps what the status page shows of an account without a request to the API: the last report for 15 seconds, and the
 * last token list for a week. Both refer to the same tokens, so that the memory of one list per account is the whole cost.
 */
export class ReportMemory {
  readonly #clock: Clock;
  #report: Entry<Report> | undefined;
  #list: Entry<LastList> | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Returns the last report if it is recent. */
  recentReport(): Report | undefined {
    return this.#ageMs(this.#report) < MAX_REPORT_AGE_MS ? this.#report?.value : undefined;
  }

  setReport(report: Report): void {
    this.#report = { value: report, since: this.#clock.monotonic() };
  }

  /** Applies new settings to the recent report, which is otherwise still valid after a reload. */
  update({ expected, policy }: Pick<Report, 'expected' | 'policy'>): void {
    if (this.#report === undefined) return;
    this.#report = { ...this.#report, value: { ...this.#report.value, expected, policy } };
  }

  /** Returns the last list. Releases one that is too old, so that it takes no memory after the next report. */
  lastList(): LastList | undefined {
    if (this.#ageMs(this.#list) > MAX_LIST_AGE_MS) this.#list = undefined;
    return this.#list?.value;
  }

  setLastList(tokens: readonly Token[], readAt: Instant): void {
    this.#list = { value: { tokens, readAt }, since: this.#clock.monotonic() };
  }

  #ageMs(entry: Entry<unknown> | undefined): number {
    return entry === undefined ? Number.POSITIVE_INFINITY : this.#clock.monotonic() - entry.since;
  }
}
