import { HttpClient } from '../http-client.ts';
import { type Benchmark, formatCount } from '../report.ts';
import { startUpstream } from '../simulator.ts';
import { startMultiAccountExporter } from '../variants.ts';

/** Answers of /-/healthy after the scrapes were sent, on connections made later: by then, all scrapes have begun. */
const ROUND_TRIPS = 20;

/** How many calls scrapes make that overlap. */
export const sharing: Benchmark = async ({ workload, program, logProgress }) => {
  logProgress('overlapping scrapes');
  const upstream = await startUpstream(workload.accounts, 0);
  const exporter = await startMultiAccountExporter(program, upstream);
  const client = new HttpClient();
  let calls: number;
  try {
    // No account is answered before all scrapes are there.
    await upstream.setFault({ kind: 'hold' });
    const scrapes = Array.from({ length: workload.concurrentScrapes }, () =>
      client.time(`${exporter.address}/metrics`),
    );
    for (let trip = 0; trip < ROUND_TRIPS; trip += 1) await client.text(`${exporter.address}/-/healthy`);
    await upstream.setFault(undefined);
    await Promise.all(scrapes);
    calls = (await upstream.calls()).total;
  } finally {
    client.close();
    await exporter.stop();
    await upstream.stop();
  }
  const callsPerAccount = calls / workload.accounts;
  return {
    tables: [
      {
        title: 'Upstream calls of overlapping scrapes',
        columns: ['scrapes', 'accounts', 'calls', 'calls per account'],
        rows: [
          [
            formatCount(workload.concurrentScrapes),
            formatCount(workload.accounts),
            formatCount(calls),
            String(callsPerAccount),
          ],
        ],
      },
    ],
    values: { scrapes: workload.concurrentScrapes, accounts: workload.accounts, calls },
    goals: [
      {
        metric: `calls per account of ${workload.concurrentScrapes} overlapping scrapes`,
        bound: 'at most',
        target: 1,
        unit: '',
        actual: callsPerAccount,
      },
    ],
  };
};
