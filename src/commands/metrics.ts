import { outcomeLog } from '../accounts/fetch-log.ts';
import { OwnMetrics } from '../metrics/exporter-metrics.ts';
import { exposition, TEXT } from '../metrics/exposition.ts';

import { reportGroups } from '../metrics/report-groups.ts';
import { systemClock } from '../runtime/clock.ts';
import { type Context, createAccounts, logOf, userAgent } from './context.ts';

/** Fetches once and prints the `pointone_*` metrics. Exits 1 when no account could be read. */
export async function printMetrics({ configuration, build, process, shutdown }: Context): Promise<number> {
  shutdown.failOnSignal();
  const log = await logOf({ configuration, process });
  const { fleet, close } = createAccounts(configuration, {
    userAgent: userAgent(build),
    clock: systemClock,
    createListener: outcomeLog(log, systemClock),
  });
  const reports = await fleet().collect(Number.POSITIVE_INFINITY);
  close();

  const groups = [...reportGroups(reports), ...(await new OwnMetrics(build, false, systemClock.now()).groups())];
  for (const chunk of exposition(groups, systemClock.now(), TEXT)) {
    if (chunk !== undefined) process.stdout.write(chunk);
  }
  return reports.some(({ outcome }) => outcome.ok) ? 0 : 1;
}
