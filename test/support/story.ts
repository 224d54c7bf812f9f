import type { Engine } from './engines.ts';

/** One row of the table: the alerts that fire in one minute, by engine. */
type Minute = Readonly<Record<string, readonly string[]>>;

/** The minutes during which an alert fired: from the first up to the one after the last. It has no end if it still fires. */
export interface Firing {
  readonly from: number;
  readonly to: number | undefined;
}

/**
 * Records which alerts fire on several engines, minute by minute. A minute ends when every engine has evaluated the rules
 * again, so a slow machine lengthens the minutes.
 */
export class Story {
  readonly #engines: readonly Engine[];
  readonly #minutes: Minute[] = [];
  readonly #events: string[] = [];

  constructor(engines: readonly Engine[]) {
    this.#engines = engines;
  }

  /** Notes what happens from this minute on. */
  note(event: string): void {
    this.#events.push(`${String(this.#minutes.length).padStart(3)}  ${event}`);
  }

  /** Waits for some minutes. */
  async pass(minutes: number): Promise<void> {
    for (let passed = 0; passed < minutes; passed += 1) await this.#minute();
  }

  /** Waits until a condition holds for the alerts of every engine. Throws after `limit` minutes. */
  async until(what: string, limit: number, condition: (firing: readonly string[]) => boolean): Promise<void> {
    for (let passed = 0; ; passed += 1) {
      const now = this.#minutes.at(-1);
      if (passed > 0 && now !== undefined && Object.values(now).every(condition)) return;
      if (passed === limit) throw new Error(`not within ${limit} minutes: ${what}\n\n${this.table()}`);
      await this.#minute();
    }
  }

  async #minute(): Promise<void> {
    const results = this.#engines.map(async (engine) => {
      const before = await engine.evaluations();
      while ((await engine.evaluations()) === before) await new Promise((resolve) => setTimeout(resolve, 100));
    });
    await Promise.all(results);
    const firing = this.#engines.map(async (engine) => [engine.name, await engine.firing()] as const);
    this.#minutes.push(Object.fromEntries(await Promise.all(firing)));
  }

  /** Returns when each alert fired on an engine, by alert. */
  firings(engine: Engine['name']): Record<string, Firing[]> {
    const firings: Record<string, Firing[]> = {};
    this.#minutes.forEach(({ [engine]: alerts = [] }, index) => {
      for (const alert of alerts) {
        const earlier = firings[alert] ?? [];
        firings[alert] = earlier;
        if (!this.#minutes[index - 1]?.[engine]?.includes(alert)) earlier.push({ from: index, to: undefined });
      }
      for (const [alert, list] of Object.entries(firings)) {
        const last = list.pop();
        if (last === undefined) continue;
        list.push(last.to === undefined && !alerts.includes(alert) ? { ...last, to: index } : last);
      }
    });
    return firings;
  }

  /** Returns the events, and for each alert and engine a column for each minute: `#` if it fires. */
  table(): string {
    const alerts = [...new Set(this.#minutes.flatMap((minute) => Object.values(minute).flat()))];
    const width = Math.max(0, ...alerts.map((alert) => alert.length));
    const rows = alerts.flatMap((alert) =>
      this.#engines.map(({ name }, index) => {
        const cells = this.#minutes.map((minute) => (minute[name]?.includes(alert) ? '#' : '.')).join('');
        return `${(index === 0 ? alert : '').padEnd(width)}  ${name.padEnd(10)}  ${cells}`;
      }),
    );
    const tens = this.#minutes.map((_, index) => (index % 10 === 0 ? `${index / 10}`.slice(-1) : ' ')).join('');
    return [...this.#events, '', `${' '.repeat(width + 14)}${tens}`, ...rows].join('\n');
  }
}
