/** Describes the failure of a request whose response did not arrive in time. */
export function noCompleteResponse(timeoutMs: number): string {
  return `no complete response within ${timeoutMs / 1000} s`;
}

/**
 * Runs an operation with a signal that aborts after a timeout. The result is undefined if the operation ignores the
 * signal, such as a read of a token file from a file system that hangs.
 */
export async function withTimeout<Result>(
  timeoutMs: number,
  operation: (signal: AbortSignal) => Promise<Result>,
): Promise<{ readonly result: Result | undefined; readonly timedOut: boolean }> {
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => {
      abort.abort();
      // An operation that respects the signal ends first.
      setImmediate(() => resolve(undefined));
    }, timeoutMs);
  });
  try {
    const result = await Promise.race([operation(abort.signal), timeout]);
    return { result, timedOut: abort.signal.aborted };
  } finally {
    clearTimeout(timer);
  }
}
