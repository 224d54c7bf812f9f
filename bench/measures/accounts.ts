import { HttpClient } from '../http-client.ts';
import { cpuMs } from '../proc.ts';
import { count, ratio, significant } from '../report.ts';
import { startUpstream, type Upstream } from '../simulator.ts';
import { median } from '../statistics.ts';
import { CALL, startFleet } from '../variants.ts';
import type { Measure } from './measure.ts';

/** The default of --api.max-concurrency. */
const IN_FLIGHT = 32;

/** Many slow accounts in one scrape, against their latency alone, and against a bare client that makes the same calls. */
export const accounts: Measure = async ({ extent, program, tell }) => {
  tell(`${count(extent.accounts)} accounts in one scrape`);
  const upstream = await startUpstream(extent.accounts, 0);
  const client = new HttpClient();
  const exporter = await startFleet(program, upstream);
  const url = `${exporter.said}/metrics?collect[]=accounts`;
  const [bare, ours, cpu]: [number[], number[], number[]] = [[], [], []];
  try {
    await upstream.setFault({ kind: 'latency', ms: extent.accountLatencyMs });
    // The first ones make the connections and warm up.
    await client.time(url);
    await callAll(client, upstream);
    for (let scrape = 0; scrape < extent.accountScrapes; scrape += 1) {
      bare.push(await callAll(client, upstream));
      const before = cpuMs(exporter.pid);
      ours.push((await client.time(url)).ms);
      cpu.push(cpuMs(exporter.pid) - before);
    }
  } finally {
    client.close();
    await exporter.stop();
    await upstream.stop();
  }
  const idealMs = Math.ceil(extent.accounts / IN_FLIGHT) * extent.accountLatencyMs;
  const figures = { idealMs, bareMs: median(bare), oursMs: median(ours), oursCpuMs: median(cpu) };
  const row = (name: string, ms: number): string[] => [name, significant(ms), ratio(ms / idealMs)];
  return {
    tables: [
      {
        title: `${count(extent.accounts)} accounts of ${extent.accountLatencyMs} ms, ${IN_FLIGHT} in flight, p50 in ms`,
        columns: ['', 'ms', 'against the ideal'],
        rows: [
          row(`the ideal: ${Math.ceil(extent.accounts / IN_FLIGHT)} times the latency`, idealMs),
          row('the same calls by bare node:http', figures.bareMs),
          row('this exporter', figures.oursMs),
        ],
        notes: [`CPU time of the exporter for it: ${significant(figures.oursCpuMs)} ms.`],
      },
    ],
    figures,
    goals: [
      {
        measure: `${count(extent.accounts)} slow accounts against the ideal`,
        bound: 'at most',
        goal: 1.4,
        unit: ' ×',
        reached: figures.oursMs / idealMs,
      },
    ],
  };
};

/** Makes one call for each account, as many at once as the exporter may. @returns milliseconds */
async function callAll(client: HttpClient, { endpoint, credentials }: Upstream): Promise<number> {
  const left = [...credentials.values()];
  const begin = performance.now();
  const caller = async (): Promise<void> => {
    for (let credential = left.pop(); credential !== undefined; credential = left.pop()) {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${credential}` };
      JSON.parse(await client.text(endpoint, { method: 'POST', headers, body: CALL }));
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, caller));
  return performance.now() - begin;
}
