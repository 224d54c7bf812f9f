import type { Report } from '../model/report.ts';
import type { Collector, PendingAccount } from './collector.ts';

/** All accounts by name, in the order of the configuration. */
export class Collectors {
  readonly #collectors: ReadonlyMap<string, Collector>;

  constructor(collectors: ReadonlyMap<string, Collector>) {
    this.#collectors = collectors;
  }

  /**
   * Reads every account at once; one that is late is reported as such and holds up nobody. Never rejects.
   *
   * @param deadline by the monotonic clock: the same moment for all accounts, or the places of those that are given up
   * first would go to others that are about to be
   */
  collect(deadline: number, left?: AbortSignal): Promise<Report[]> {
    return this.#forEachCollector((collector) => collector.collect(deadline, left));
  }

  /** The state of every account as of lately, for people; see `Collector.latest`. Never rejects. */
  latest(patienceMs: number): Promise<(Report | PendingAccount)[]> {
    return this.#forEachCollector((collector) => collector.latest(patienceMs));
  }

  /** Asks those first whose turn it is; the answers are in the order of the configuration. */
  #forEachCollector<Answer>(ask: (collector: Collector) => Promise<Answer>): Promise<Answer[]> {
    const answers = new Map<string, Promise<Answer>>();
    for (const [name, collector] of [...this.#collectors].sort(([, a], [, b]) => a.priority - b.priority)) {
      answers.set(name, ask(collector));
    }
    return Promise.all(this.names.map((name) => answers.get(name) as Promise<Answer>));
  }

  account(name: string): Collector | undefined {
    return this.#collectors.get(name);
  }

  /** Ends every fetch under way. */
  close(): void {
    for (const collector of this.#collectors.values()) collector.close();
  }

  get names(): string[] {
    return [...this.#collectors.keys()];
  }
}
