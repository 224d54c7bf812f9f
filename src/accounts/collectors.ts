import type { Report } from '../model/report.ts';
import type { Collector, PendingAccount } from './collector.ts';

/** The collectors of all accounts by name, in the order of the configuration. */
export class Collectors {
  readonly #collectors: ReadonlyMap<string, Collector>;

  constructor(collectors: ReadonlyMap<string, Collector>) {
    this.#collectors = collectors;
  }

  /**
   * Reads all accounts concurrently. An account that is too slow gets a `timeout` and does not delay the others. Never
   * rejects.
   *
   * @param deadline by the monotonic clock. It is one moment for all accounts: otherwise the slots of accounts that time
   * out first would go to accounts that are about to time out.
   */
  collect(deadline: number, signal?: AbortSignal): Promise<Report[]> {
    return this.#forEachCollector((collector) => collector.collect(deadline, signal));
  }

  /** Returns a recent state of every account, for the status page; see `Collector.latest`. Never rejects. */
  latest(maxWaitMs: number): Promise<(Report | PendingAccount)[]> {
    return this.#forEachCollector((collector) => collector.latest(maxWaitMs));
  }

  /** Starts the collectors by priority. The results are in the order of the configuration. */
  #forEachCollector<Result>(start: (collector: Collector) => Promise<Result>): Promise<Result[]> {
    const results = new Map<string, Promise<Result>>();
    for (const [name, collector] of [...this.#collectors].sort(([, a], [, b]) => a.priority - b.priority)) {
      results.set(name, start(collector));
    }
    return Promise.all(this.names.map((name) => results.get(name) as Promise<Result>));
  }

  /** Returns the collector of an account, or undefined for an unknown name. */
  collector(name: string): Collector | undefined {
    return this.#collectors.get(name);
  }

  /** Aborts all running fetches. */
  close(): void {
    for (const collector of this.#collectors.values()) collector.close();
  }

  get names(): string[] {
    return [...this.#collectors.keys()];
  }
}
