import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * How long work goes on before it may rest, in milliseconds: far less than anybody notices, and long enough for a turn of
 * the event loop to cost little beside it.
 */
const STRETCH_MS = 4;

/** Work that would keep others waiting is done in stretches, between which they have their turn. */
export class Stretch {
  #since = performance.now();

  /** To be asked after each bit of the work. */
  get isOver(): boolean {
    return performance.now() - this.#since >= STRETCH_MS;
  }

  /** Lets others have their turn; the next stretch begins after it. */
  async rest(): Promise<void> {
    await nextTurn();
    this.#since = performance.now();
  }
}
