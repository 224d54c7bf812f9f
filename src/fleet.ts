import type { Collector } from './collector.ts';
import type { Report } from './report.ts';

/** All accounts by name, in the order of the configuration. */
export class Fleet {
  readonly #collectors: ReadonlyMap<string, Collector>;

  constructor(collectors: ReadonlyMap<string, Collector>) {
    this.#collectors = collectors;
  }

  /** Reads every account at once; one that is late is reported as such and holds up nobody. Never rejects. */
  collect(withinMs: number, left?: AbortSignal): Promise<Report[]> {
    return Promise.all([...this.#collectors.values()].map((collector) => collector.collect(withinMs, left)));
  }

  account(name: string): Collector | undefined {
    return this.#collectors.get(name);
  }

  get names(): string[] {
    return [...this.#collectors.keys()];
  }
}
