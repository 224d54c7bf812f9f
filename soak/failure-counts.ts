import type { CallStatistics } from '../simulator/call-counter.ts';
import { FAULTY, ROTATING } from './accounts.ts';
import { EXPECTED_REASON } from './fault-injection.ts';
import type { Samples } from './scrapers.ts';

export interface FailureCount {
  readonly reason: string;
  /** Requests of the faulty accounts that got such a fault, counted by the simulator. */
  readonly injected: number;
  /**
   * Of these, the requests that may have succeeded on retry: the exporter retries if a kept-alive connection closes.
   */
  readonly retried: number;
  /** Failures of the same accounts, counted by the exporter. */
  readonly counted: number;
}

/** Compares the failures that the exporter counted with the faults that the simulator injected. */
export function compareFailures(samples: Samples, calls: CallStatistics): FailureCount[] {
  const entries = new Map<string, { injected: number; retried: number; counted: number }>();
  const entry = (reason: string) => {
    const found = entries.get(reason) ?? { injected: 0, retried: 0, counted: 0 };
    entries.set(reason, found);
    return found;
  };
  for (const user of FAULTY) {
    for (const [kind, count] of calls.faultsByUser.get(user) ?? []) {
      const injected = entry(EXPECTED_REASON.get(kind) ?? kind);
      injected.injected += count;
      if (kind === 'reset') injected.retried += count;
    }
    for (const [reason, count] of failuresOf(samples, user)) entry(reason).counted += count;
  }
  return [...entries].map(([reason, counts]) => ({ reason, ...counts }));
}

/** Returns the failures of the rotating account by reason. Only an empty token file may cause one. */
export function rotatingFailures(samples: Samples): ReadonlyMap<string, number> {
  return failuresOf(samples, ROTATING);
}

function failuresOf(samples: Samples, account: string): ReadonlyMap<string, number> {
  const failures = samples.filter(
    ({ name, labels, value }) => name === 'pointone_scrape_errors_total' && labels['account'] === account && value > 0,
  );
  return new Map(failures.map(({ labels, value }) => [labels['reason'] ?? '', value]));
}
