import { setImmediate as nextEventLoopTurn } from 'node:timers/promises';

/**
 * The duration of a slice in milliseconds: too short to delay other requests noticeably, and long compared with a turn
 * of the event loop.
 */
const SLICE_MS = 2;

/** Splits long work into slices, between which the event loop handles other events. */
export class EventLoopYielder {
  #since = performance.now();

  /** Whether the current slice has used up its time. Check this after each step of the work. */
  get isDue(): boolean {
    return performance.now() - this.#since >= SLICE_MS;
  }

  /** Yields to the event loop, then starts the next slice. */
  async yield(): Promise<void> {
    await nextEventLoopTurn();
    this.#since = performance.now();
  }
}
