import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * How long a slice is, in milliseconds: far less than anybody notices, and long enough for a turn of
 * the event loop to cost little beside it.
 */
const SLICE_MS = 2;

/** Work that would keep others waiting is done in slices, between which they have their turn. */
export class EventLoopYielder {
  #since = performance.now();

  /** To be asked after each bit of the work. */
  get isDue(): boolean {
    return performance.now() - this.#since >= SLICE_MS;
  }

  /** Lets others have their turn; the next slice begins after it. */
  async yield(): Promise<void> {
    await nextTurn();
    this.#since = performance.now();
  }
}
