import { HttpClient } from '../http-client.ts';
import { type Benchmark, formatCount } from '../report.ts';
import { startBenchApi } from '../simulator.ts';
import { startMultiAccountExporter } from '../variants.ts';

/** Requests to /-/healthy after sending the scrapes, on later connections: the exporter accepts the scrapes first. */
const ROUND_TRIPS = 20;

/** Upstream requests of overlapping scrapes. */
export const sharing: Benchmark = async ({ workload, program, logProgress }) => {
  logProgress('overlapping scrapes');
  const upstream = await startBenchApi(workload.accounts, 0);
  const exporter = await startMultiAccountExporter(program, upstream);
  const client = new HttpClient();
  let calls: number;
  try {
    // Hold all responses until all scrapes have started.
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
        title: 'Upstream requests of overlapping scrapes',
        columns: ['scrapes', 'accounts', 'requests', 'requests per account'],
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
        metric: `requests per account of ${workload.concurrentScrapes} overlapping scrapes`,
        bound: 'at most',
        target: 1,
        unit: '',
        actual: callsPerAccount,
      },
    ],
  };
};
