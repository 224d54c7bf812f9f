import type { Dialect } from '../../../simulator/dialects.ts';
import type { Report } from '../../../src/model/report.ts';
import { ExporterProcess } from './exporter.ts';
import { type Deployment, type Life, scrapeTimes, within } from './life.ts';
import { isRunning, scrape, type Target } from './scrape.ts';

/** A scrape of a target that is up or down. */
export interface Scrape {
  readonly step: number;
  /** Seconds since the start of the life. */
  readonly at: number;
  readonly target: Target;
  /** The reports of the target's accounts; empty if the target is down. */
  readonly reports: readonly Report[];
  /** Returns the response in Prometheus' text format. Call it only during the scrape. */
  readonly expose: () => Promise<string>;
}

/**
 * Runs the exporters of a deployment through a life, and passes each scrape to a function in the order of time. A process
 * keeps what the exporter remembers, such as counters, until its replica is down or ends.
 */
export async function runExporters(
  life: Pick<Life, 'step' | 'steps'>,
  deployment: Deployment,
  dialect: Dialect,
  onScrape: (scrape: Scrape) => Promise<void> | void,
): Promise<void> {
  const processes = new Map<number, ExporterProcess>();
  for (const [step, at] of scrapeTimes(life).entries()) {
    deployment.replicas.forEach((replica, index) => {
      if (!isRunning(replica, at)) processes.delete(index);
      else if (!processes.has(index)) processes.set(index, new ExporterProcess(at, dialect));
      processes.get(index)?.configure(deployment.accounts.filter(({ configured }) => within(configured, at)));
    });
    for (const target of scrape(deployment, at)) {
      if (target.state === 'gone') continue;
      const process = processes.get(target.replica);
      const reports = (await process?.collect(target, at)) ?? [];
      await onScrape({ step, at, target, reports, expose: async () => (await process?.expose(target, reports)) ?? '' });
    }
  }
}
