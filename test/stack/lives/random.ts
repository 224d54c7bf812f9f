/** A reproducible random number generator (mulberry32): the same seed gives the same numbers on every machine. */
export class Random {
  #state: number;

  /** @param seed any string; `SEED:LIFE` makes the numbers of a life independent of other lives */
  constructor(seed: string) {
    this.#state = [...seed].reduce(
      (hash, char) => Math.imul(hash ^ (char.codePointAt(0) ?? 0), 16_777_619),
      0x811c9dc5,
    );
  }

  /** Returns a number from 0 (included) to 1 (excluded). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** Returns an integer from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    return Math.floor(low + this.next() * (high - low + 1));
  }

  /** Returns an integer with a log-uniform distribution: every order of magnitude is equally likely. */
  logUniform(low: number, high: number): number {
    return Math.round(low * (high / low) ** this.next());
  }

  pick<Item>(items: readonly [Item, ...Item[]]): Item {
    return items[Math.floor(this.next() * items.length)] ?? items[0];
  }
}
