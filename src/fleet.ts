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
    const reports = new Map<string, Promise<Report>>();
    for (const [name, collector] of [...this.#collectors].sort(([, a], [, b]) => a.turn - b.turn)) {
      reports.set(name, collector.collect(withinMs, left));
    }
    return Promise.all(this.names.map((name) => reports.get(name) as Promise<Report>));
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
