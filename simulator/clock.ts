/**
 * The simulator's time: real time plus an offset that can be moved. It goes on by itself from wherever it is
 * put.
 */
export interface SimulatedClock {
  /** The simulated instant, in milliseconds since 1970. */
  now(): number;
  /** Puts the clock to an instant, in milliseconds since 1970. Throws RangeError when no Date can hold it. */
  set(ms: number): void;
  /** Moves the clock by so many milliseconds, backwards when negative. Throws RangeError as `set` does. */
  advance(ms: number): void;
}

/** The furthest instant that ECMAScript's Date can hold. */
const MAX_INSTANT = 8.64e15;

/** Starts as real time. `realTime` is a parameter so that tests need not wait. */
export function createClock(realTime: () => number = Date.now): SimulatedClock {
  let offset = 0;
  const set = (ms: number): void => {
    if (!(Math.abs(ms) <= MAX_INSTANT)) throw new RangeError(`not an instant: ${ms}`);
    offset = ms - realTime();
  };
  const now = (): number => realTime() + offset;
  return { now, set, advance: (ms) => set(now() + ms) };
}
