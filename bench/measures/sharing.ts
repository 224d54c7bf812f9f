import { HttpClient } from '../http-client.ts';
import { count } from '../report.ts';
import { startUpstream } from '../simulator.ts';
import { startFleet } from '../variants.ts';
import type { Measure } from './measure.ts';

/** Answers of /-/healthy after the scrapes were sent, on connections made later: by then, all scrapes have begun. */
const ROUND_TRIPS = 20;

/** How many calls scrapes make that overlap. */
export const sharing: Measure = async ({ extent, program, tell }) => {
  tell('overlapping scrapes');
  const upstream = await startUpstream(extent.accounts, 0);
  const exporter = await startFleet(program, upstream);
  const client = new HttpClient();
  let calls: number;
  try {
    // No account is answered before all scrapes are there.
    await upstream.setFault({ kind: 'hold' });
    const scrapes = Array.from({ length: extent.overlapping }, () => client.time(`${exporter.said}/metrics`));
    for (let trip = 0; trip < ROUND_TRIPS; trip += 1) await client.text(`${exporter.said}/-/healthy`);
    await upstream.setFault(undefined);
    await Promise.all(scrapes);
    calls = (await upstream.calls()).total;
  } finally {
    client.close();
    await exporter.stop();
    await upstream.stop();
  }
  const callsPerAccount = calls / extent.accounts;
  return {
    tables: [
      {
        title: 'Upstream calls of overlapping scrapes',
        columns: ['scrapes', 'accounts', 'calls', 'calls per account'],
        rows: [[count(extent.overlapping), count(extent.accounts), count(calls), String(callsPerAccount)]],
      },
    ],
    figures: { scrapes: extent.overlapping, accounts: extent.accounts, calls },
    goals: [
      {
        measure: `calls per account of ${extent.overlapping} overlapping scrapes`,
        bound: 'at most',
        goal: 1,
        unit: '',
        reached: callsPerAccount,
      },
    ],
  };
};
