import type { CallStatistics } from '../simulator/calls.ts';
import { FAULTY, ROTATING } from './accounts.ts';
import type { Samples } from './scrapers.ts';
import { REASON_OF } from './troubles.ts';

export interface Entry {
  readonly reason: string;
  /** Calls of the faulty accounts that met such a fault, as the simulator counted them. */
  readonly injected: number;
  /** Those of them that another call may have made up for: where a kept connection ends, the exporter takes another. */
  readonly overcome: number;
  /** Failures of the same accounts, as the exporter counted them. */
  readonly counted: number;
}

/** Holds what the exporter counted to what the simulator did. */
export function ledger(samples: Samples, calls: CallStatistics): Entry[] {
  const entries = new Map<string, { injected: number; overcome: number; counted: number }>();
  const entry = (reason: string) => {
    const found = entries.get(reason) ?? { injected: 0, overcome: 0, counted: 0 };
    entries.set(reason, found);
    return found;
  };
  for (const user of FAULTY) {
    for (const [kind, count] of calls.faultsByUser.get(user) ?? []) {
      const injected = entry(REASON_OF.get(kind) ?? kind);
      injected.injected += count;
      if (kind === 'reset') injected.overcome += count;
    }
    for (const [reason, count] of failuresOf(samples, user)) entry(reason).counted += count;
  }
  return [...entries].map(([reason, counts]) => ({ reason, ...counts }));
}

/** What the rotating account failed for: nothing but an empty file is allowed to it. */
export function rotatingFailures(samples: Samples): ReadonlyMap<string, number> {
  return failuresOf(samples, ROTATING);
}

function failuresOf(samples: Samples, account: string): ReadonlyMap<string, number> {
  const failures = samples.filter(
    ({ name, labels, value }) => name === 'pointone_scrape_errors_total' && labels['account'] === account && value > 0,
  );
  return new Map(failures.map(({ labels, value }) => [labels['reason'] ?? '', value]));
}
