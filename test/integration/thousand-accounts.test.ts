import { describe, expect, it } from 'vitest';
import type { Simulator } from '../../simulator/server.ts';
import type { User } from '../../simulator/world.ts';
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

/** An exporter of a thousand accounts, and their users in the order of the configuration. */
async function thousand() {
  const { simulator } = await simulate();
  const users = Array.from({ length: ACCOUNTS }, (_, index) =>
    simulator.world.addUser(`account-${index}`, { listed: false }),
  );
  // No account's own timeout ends a fetch here: it is the scrape's deadline, or nothing.
  const exporter = await createMultiAccountExporter(simulator, users, {
    args: ['--api.timeout=10m', '--scrape.timeout-offset=0'],
  });
  return { simulator, users, exporter };
}

/**
 * Scrapes once, with nothing amiss.
 *
 * @returns how many seconds that took: the machine's own measure for deadlines that are long or short
 */
async function secondsOfOneScrape(exporter: Exporter): Promise<number> {
  const start = performance.now();
  expect(accountsOf(await scrape(exporter), 1)).toHaveLength(ACCOUNTS);
  return (performance.now() - start) / 1000;
}

function scrapeWithin(exporter: Exporter, seconds: number): Promise<Scrape> {
  return scrape(exporter, '/metrics?collect[]=accounts', { [TIMEOUT_HEADER]: seconds.toFixed(3) });
}

/** The accounts whose `pointone_up` is this. */
function accountsOf(metrics: Scrape, up: 0 | 1): string[] {
  return metrics.samples
    .filter(({ name, value }) => name === 'pointone_up' && value === up)
    .map(({ labels }) => labels['account'] ?? '');
}

/** The accounts that count one `timeout`. */
function timedOutOnce(metrics: Scrape): string[] {
  return metrics.samples
    .filter(({ name, labels, value }) => {
      return name === 'pointone_scrape_errors_total' && labels['reason'] === 'timeout' && value === 1;
    })
    .map(({ labels }) => labels['account'] ?? '');
}

const idsOf = (users: readonly User[]): string[] => users.map(({ id }) => id);

/** Whose calls arrived, in their order, since so many had. */
function callersSince(simulator: Simulator, users: readonly User[], earlier: number): string[] {
  const idOf = new Map(users.map(({ credential, id }) => [`Bearer ${credential}`, id]));
  return simulator.calls.authorizations.slice(earlier - simulator.calls.total).map((header) => idOf.get(header) ?? '');
}

// The time-out is for a machine that has other work.
describe('a thousand accounts in one scrape', { timeout: 120_000 }, () => {
  it('have at most 32 calls in flight, and each its answer', async () => {
    const { simulator, users, exporter } = await thousand();
    // Long enough that all places are taken, again and again.
    simulator.setFault({ kind: 'latency', ms: 200 });
    const metrics = await scrape(exporter);
    expect(accountsOf(metrics, 1)).toEqual(idsOf(users));
    expect(simulator.calls.total).toBe(ACCOUNTS);
    expect(simulator.calls.maxInFlight).toBe(IN_FLIGHT);
  });

  it('are served but for those that hang, which are cut off by the deadline of the scrape', async () => {
    const { simulator, users, exporter } = await thousand();
    const usual = await secondsOfOneScrape(exporter);
    const hanging = users.filter((_, index) => index % 100 === 0);
    for (const { id } of hanging) simulator.setFault({ kind: 'hang' }, { user: id });
    const metrics = await scrapeWithin(exporter, 1 + 3 * usual);
    expect(accountsOf(metrics, 0)).toEqual(idsOf(hanging));
    expect(accountsOf(metrics, 1)).toHaveLength(ACCOUNTS - hanging.length);
    expect(timedOutOnce(metrics)).toEqual(idsOf(hanging));
    // Their calls are let go of, and their places are free again.
    await until(() => simulator.calls.inFlight === 0);
  });

  it('come first in the next scrape where they had no turn in this one', async () => {
    const { simulator, users, exporter } = await thousand();
    const usual = await secondsOfOneScrape(exporter);
    // As many as there are places hang, and stand at the head of the configuration: nobody else has a turn.
    const first = users.slice(0, IN_FLIGHT);
    const rest = users.slice(IN_FLIGHT);
    for (const { id } of first) simulator.setFault({ kind: 'hang' }, { user: id });
    const begun = simulator.calls.total;
    const starved = await scrapeWithin(exporter, 1 + usual);
    expect(accountsOf(starved, 0)).toEqual(idsOf(users));
    expect(callersSince(simulator, users, begun).sort()).toEqual(idsOf(first).sort());
    expect(timedOutOnce(starved)).toEqual(idsOf(users));

    await until(() => simulator.calls.inFlight === 0);
    simulator.clearFaults();
    const earlier = simulator.calls.total;
    const metrics = await scrape(exporter);
    expect(accountsOf(metrics, 1)).toEqual(idsOf(users));
    const callers = callersSince(simulator, users, earlier);
    // Calls in flight together may overtake each other on their way, by as many as there are places less one.
    const surelyBefore = callers.slice(0, rest.length - IN_FLIGHT + 1);
    expect(surelyBefore.filter((id) => idsOf(first).includes(id))).toEqual([]);
    expect(callers).toHaveLength(ACCOUNTS);
  });
});
