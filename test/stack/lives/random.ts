/** Chance that can be repeated: the same seed gives the same numbers on every machine (mulberry32). */
export class Random {
  #state: number;

  /** The stream is the whole text's: `seed:life` gives each life numbers of its own, whatever other lives are made. */
  constructor(seed: string) {
    this.#state = [...seed].reduce(
      (hash, char) => Math.imul(hash ^ (char.codePointAt(0) ?? 0), 16_777_619),
      0x811c9dc5,
    );
  }

  /** From 0 to 1, 1 excluded. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** A whole number from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    return Math.floor(low + this.next() * (high - low + 1));
  }

  /** A whole number, small ones as likely to be of an order of magnitude as large ones. */
  logUniform(low: number, high: number): number {
    return Math.round(low * (high / low) ** this.next());
  }

  pick<Item>(items: readonly [Item, ...Item[]]): Item {
    return items[Math.floor(this.next() * items.length)] ?? items[0];
  }
}
