import { createFetchLog } from '../accounts/fetch-log.ts';
import { ExporterMetrics } from '../metrics/exporter-metrics.ts';
import { writeExposition } from '../metrics/exposition.ts';
import { TEXT } from '../metrics/family.ts';
import { reportGroups } from '../metrics/report-groups.ts';
import { systemClock } from '../runtime/clock.ts';
import { type CommandContext, createCommandLogger, createRegistry, userAgent } from './context.ts';

/** Fetches once and prints the `pointone_*` metrics. Returns exit status 1 if no account could be read. */
export async function printMetrics({ configuration, build, process, shutdown }: CommandContext): Promise<number> {
  shutdown.failOnSignal();
  const log = await createCommandLogger({ configuration, process });
  const { collectors, close } = createRegistry(configuration, {
    userAgent: userAgent(build),
    clock: systemClock,
    createListener: createFetchLog(log, systemClock),
  });
  const reports = await collectors().collect(Number.POSITIVE_INFINITY);
  close();

  const groups = [...reportGroups(reports), ...(await new ExporterMetrics(build, false, systemClock.now()).groups())];
  for (const chunk of writeExposition(groups, systemClock.now(), TEXT)) {
    if (chunk !== undefined) process.stdout.write(chunk);
  }
  return reports.some(({ outcome }) => outcome.ok) ? 0 : 1;
}
