import { describe, expect, it } from 'vitest';
import type { Simulator } from '../../simulator/server.ts';
import type { User } from '../../simulator/state.ts';
import {
  createMultiAccountExporter,
  type Exporter,
  type Scrape,
  scrape,
  simulate,
  until,
} from '../support/exporter.ts';

const ACCOUNTS = 1000;
/** The default of --api.max-concurrency. */
const IN_FLIGHT = 32;
const TIMEOUT_HEADER = 'X-Prometheus-Scrape-Timeout-Seconds';

/** Creates an exporter of a thousand accounts, and their users in the order of the configuration. */
async function thousand() {
  const { simulator } = await simulate();
  const users = Array.from({ length: ACCOUNTS }, (_, index) =>
    simulator.state.addUser(`account-${index}`, { listed: false }),
  );
  // The timeouts of the accounts are too long to end a fetch; only the deadline of the scrape can.
  const exporter = await createMultiAccountExporter(simulator, users, {
    args: ['--api.timeout=10m', '--scrape.timeout-offset=0'],
  });
  return { simulator, users, exporter };
}

/**
 * Scrapes once without faults.
 *
 * @returns the duration in seconds, from which the tests derive deadlines for this machine
 */
async function secondsOfOneScrape(exporter: Exporter): Promise<number> {
  const start = performance.now();
  expect(accountsOf(await scrape(exporter), 1)).toHaveLength(ACCOUNTS);
  return (performance.now() - start) / 1000;
}

function scrapeWithin(exporter: Exporter, seconds: number): Promise<Scrape> {
  return scrape(exporter, '/metrics?collect[]=accounts', { [TIMEOUT_HEADER]: seconds.toFixed(3) });
}

/** Returns the accounts with the given `pointone_up`. */
function accountsOf(metrics: Scrape, up: 0 | 1): string[] {
  return metrics.samples
    .filter(({ name, value }) => name === 'pointone_up' && value === up)
    .map(({ labels }) => labels['account'] ?? '');
}

/** Returns the accounts with exactly one `timeout`. */
function timedOutOnce(metrics: Scrape): string[] {
  return metrics.samples
    .filter(({ name, labels, value }) => {
      return name === 'pointone_scrape_errors_total' && labels['reason'] === 'timeout' && value === 1;
    })
    .map(({ labels }) => labels['account'] ?? '');
}

const idsOf = (users: readonly User[]): string[] => users.map(({ id }) => id);

/** Returns the callers after the first `skipped` calls, in their order. */
function callersSince(simulator: Simulator, users: readonly User[], skipped: number): string[] {
  const idOf = new Map(users.map(({ credential, id }) => [`Bearer ${credential}`, id]));
  return simulator.calls.authorizations.slice(skipped - simulator.calls.total).map((header) => idOf.get(header) ?? '');
}

// The timeout allows for a busy machine.
describe('a thousand accounts in one scrape', { timeout: 120_000 }, () => {
  it('have at most 32 concurrent requests, and all succeed', async () => {
    const { simulator, users, exporter } = await thousand();
    // Long enough that the limit is reached.
    simulator.setFault({ kind: 'latency', ms: 200 });
    const metrics = await scrape(exporter);
    expect(accountsOf(metrics, 1)).toEqual(idsOf(users));
    expect(simulator.calls.total).toBe(ACCOUNTS);
    expect(simulator.calls.maxInFlight).toBe(IN_FLIGHT);
  });

  it('succeed except for those that hang, which time out at the deadline of the scrape', async () => {
    const { simulator, users, exporter } = await thousand();
    const normalSeconds = await secondsOfOneScrape(exporter);
    const hanging = users.filter((_, index) => index % 100 === 0);
    for (const { id } of hanging) simulator.setFault({ kind: 'hang' }, { user: id });
    const metrics = await scrapeWithin(exporter, 1 + 3 * normalSeconds);
    expect(accountsOf(metrics, 0)).toEqual(idsOf(hanging));
    expect(accountsOf(metrics, 1)).toHaveLength(ACCOUNTS - hanging.length);
    expect(timedOutOnce(metrics)).toEqual(idsOf(hanging));
    // Their requests are aborted, and their slots are free again.
    await until(() => simulator.calls.inFlight === 0);
  });

  it('go first in the next scrape if they timed out in the queue', async () => {
    const { simulator, users, exporter } = await thousand();
    const normalSeconds = await secondsOfOneScrape(exporter);
    // The first accounts of the configuration hang and occupy all slots, so all others time out in the queue.
    const first = users.slice(0, IN_FLIGHT);
    const rest = users.slice(IN_FLIGHT);
    for (const { id } of first) simulator.setFault({ kind: 'hang' }, { user: id });
    const callsBefore = simulator.calls.total;
    const starved = await scrapeWithin(exporter, 1 + normalSeconds);
    expect(accountsOf(starved, 0)).toEqual(idsOf(users));
    expect(callersSince(simulator, users, callsBefore).sort()).toEqual(idsOf(first).sort());
    expect(timedOutOnce(starved)).toEqual(idsOf(users));

    await until(() => simulator.calls.inFlight === 0);
    simulator.clearFaults();
    const callsAfterStarved = simulator.calls.total;
    const metrics = await scrape(exporter);
    expect(accountsOf(metrics, 1)).toEqual(idsOf(users));
    const callers = callersSince(simulator, users, callsAfterStarved);
    // A concurrent request can overtake others by at most the number of slots minus one.
    const certainlyFirst = callers.slice(0, rest.length - IN_FLIGHT + 1);
    expect(certainlyFirst.filter((id) => idsOf(first).includes(id))).toEqual([]);
    expect(callers).toHaveLength(ACCOUNTS);
  });
});
