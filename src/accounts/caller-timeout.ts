import type { Clock } from '../runtime/clock.ts';

interface CallerWait {
  /** The caller's deadline on the monotonic clock; `Infinity` for none. */
  readonly deadline: number;
  /** When the fetch times out on the monotonic clock. */
  readonly endsAt: number;
  /** Aborted when the caller disconnects. */
  readonly signal: AbortSignal | undefined;
  readonly clock: Clock;
}

/** The wait for one caller of a fetch. Cancel it when the caller has its report. */
interface CallerTimeout {
  readonly promise: Promise<undefined>;
  readonly cancel: () => void;
}

/**
 * Waits until a caller reaches its deadline or disconnects. Sets no timer if the fetch times out before the deadline.
 */
export function waitForCaller({ deadline, endsAt, signal, clock }: CallerWait): CallerTimeout {
  const { promise, resolve } = deferred();
  const timer = endsAt <= deadline ? undefined : setTimeout(resolve, deadline - clock.monotonic());
  signal?.addEventListener('abort', resolve, { once: true });
  if (signal?.aborted) resolve();
  const cancel = (): void => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', resolve);
  };
  return { promise, cancel };
}

/** Creates a promise that `resolve` resolves. */
export function deferred(): { promise: Promise<undefined>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<undefined>((done) => {
    resolve = () => done(undefined);
  });
  return { promise, resolve };
}
