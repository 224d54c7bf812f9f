import { HttpClient } from '../http-client.ts';
import { type Benchmark, formatCount, formatNumber, formatRatio } from '../report.ts';
import { type BenchApi, startBenchApi } from '../simulator.ts';
import { median } from '../statistics.ts';
import { cpuMs } from '../system.ts';
import { REQUEST_BODY, startMultiAccountExporter } from '../variants.ts';

/** The default of --api.max-concurrency. */
const MAX_CONCURRENCY = 32;

/**
 * Many slow accounts in one scrape, compared with their latency and with a bare client that sends the same requests.
 */
export const accounts: Benchmark = async ({ workload, program, logProgress }) => {
  logProgress(`${formatCount(workload.accounts)} accounts in one scrape`);
  const upstream = await startBenchApi(workload.accounts, 0);
  const client = new HttpClient();
  const exporter = await startMultiAccountExporter(program, upstream);
  const url = `${exporter.address}/metrics?collect[]=accounts`;
  const [baseline, ours, cpu]: [number[], number[], number[]] = [[], [], []];
  try {
    await upstream.setFault({ kind: 'latency', ms: workload.accountLatencyMs });
    // The first requests open the connections and warm up.
    await client.time(url);
    await fetchAll(client, upstream);
    for (let scrape = 0; scrape < workload.accountScrapes; scrape += 1) {
      baseline.push(await fetchAll(client, upstream));
      const before = cpuMs(exporter.pid);
      ours.push((await client.time(url)).ms);
      cpu.push(cpuMs(exporter.pid) - before);
    }
  } finally {
    client.close();
    await exporter.stop();
    await upstream.stop();
  }
  const idealMs = Math.ceil(workload.accounts / MAX_CONCURRENCY) * workload.accountLatencyMs;
  const values = { idealMs, baselineMs: median(baseline), oursMs: median(ours), oursCpuMs: median(cpu) };
  const row = (name: string, ms: number): string[] => [name, formatNumber(ms), formatRatio(ms / idealMs)];
  return {
    tables: [
      {
        title: `${formatCount(workload.accounts)} accounts of ${workload.accountLatencyMs} ms, ${MAX_CONCURRENCY} in flight, p50 in ms`,
        columns: ['', 'ms', 'relative to the ideal'],
        rows: [
          row(`ideal: ${Math.ceil(workload.accounts / MAX_CONCURRENCY)} times the latency`, idealMs),
          row('same requests with bare node:http', values.baselineMs),
          row('this exporter', values.oursMs),
        ],
        notes: [`CPU time of the exporter per scrape: ${formatNumber(values.oursCpuMs)} ms.`],
      },
    ],
    values,
    goals: [
      {
        metric: `${formatCount(workload.accounts)} slow accounts relative to the ideal`,
        bound: 'at most',
        target: 1.4,
        unit: ' ×',
        actual: values.oursMs / idealMs,
      },
    ],
  };
};

/** Sends one request per account, with the concurrency of the exporter. Returns the duration in milliseconds. */
async function fetchAll(client: HttpClient, { endpoint, credentials }: BenchApi): Promise<number> {
  const remaining = [...credentials.values()];
  const begin = performance.now();
  const worker = async (): Promise<void> => {
    for (let credential = remaining.pop(); credential !== undefined; credential = remaining.pop()) {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${credential}` };
      JSON.parse(await client.text(endpoint, { method: 'POST', headers, body: REQUEST_BODY }));
    }
  };
  await Promise.all(Array.from({ length: MAX_CONCURRENCY }, worker));
  return performance.now() - begin;
}
