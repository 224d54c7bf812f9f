import type { Logger } from 'pino';
import { toSeconds } from '../model/instant.ts';
import type { FailureReason, Report } from '../model/report.ts';
import type { Clock } from '../runtime/clock.ts';

/** An account that goes on failing for the same reason says so this often; the failures between are counted. */
const WARN_INTERVAL_MS = 10 * 60_000;

interface LastWarning {
  readonly at: number;
  suppressed: number;
}

/**
 * One line for each failed fetch: at level warn when it is news, at debug when the same failure of the same account
 * was announced within ten minutes, so that neither a long outage nor a flapping upstream floods the log.
 *
 * @returns makes what hears of one account's outcomes, for as long as it has the same endpoint and credential: with
 * others, a failure that was told before is news
 */
export function createFetchLog(log: Logger, clock: Clock): () => (report: Report) => void {
  /** Accounts of whose failure people have read. */
  const failing = new Set<string>();
  return () => createListener(log, clock, failing);
}

function createListener(log: Logger, clock: Clock, failing: Set<string>): (report: Report) => void {
  const lastWarnings = new Map<FailureReason, LastWarning>();

  const failure = (account: string, reason: FailureReason, detail: string, durationMs: number): void => {
    const before = lastWarnings.get(reason);
    const line = { account, reason, duration_seconds: toSeconds(durationMs), detail };
    if (before !== undefined && clock.monotonic() - before.at < WARN_INTERVAL_MS) {
      before.suppressed += 1;
      log.debug(line, 'fetch failed');
      return;
    }
    lastWarnings.set(reason, { at: clock.monotonic(), suppressed: 0 });
    failing.add(account);
    log.warn(
      before === undefined || before.suppressed === 0 ? line : { ...line, suppressed: before.suppressed },
      'fetch failed',
    );
  };

  return ({ account, outcome, durationMs }) => {
    if (!outcome.ok) {
      failure(account, outcome.failure.reason, outcome.failure.detail, durationMs);
      return;
    }
    const line = { account, tokens: outcome.tokens.length, duration_seconds: toSeconds(durationMs) };
    // Whoever read of the failure reads of its end.
    if (failing.delete(account)) log.info(line, 'fetch succeeded again');
    else log.debug(line, 'fetch succeeded');
  };
}
