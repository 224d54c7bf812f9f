/**
 * Maximum number of different values that a counter keeps. The API could send a different one with every token, and each
 * takes time to describe.
 */
const MAX_DIFFERENT = 100;

/** Counts values by a key. Further values than it keeps are only counted together. */
export class Counter<Value> {
  readonly #counts = new Map<string, { readonly value: Value; count: number }>();
  #others = 0;

  /**
   * Counts one occurrence.
   *
   * @param create describes the value at its first occurrence
   * @returns the description; undefined if the counter has too many different ones
   */
  add(key: string, create: () => Value): Value | undefined {
    const known = this.#counts.get(key);
    if (known !== undefined) {
      known.count += 1;
      return known.value;
    }
    if (this.#counts.size === MAX_DIFFERENT) {
      this.#others += 1;
      return undefined;
    }
    const value = create();
    this.#counts.set(key, { value, count: 1 });
    return value;
  }

  /** Returns the most frequent values, and the number of occurrences of all others. */
  mostFrequent(limit: number): {
    readonly values: readonly { readonly value: Value; readonly count: number }[];
    readonly others: number;
  } {
    const sorted = [...this.#counts.values()].sort((a, b) => b.count - a.count);
    return {
      values: sorted.slice(0, limit),
      others: sorted.slice(limit).reduce((sum, { count }) => sum + count, this.#others),
    };
  }
}
