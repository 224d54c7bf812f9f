import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Simulator } from '../../simulator/server.ts';
import type { User } from '../../simulator/world.ts';
import { FAILURE_REASONS, type FailureReason } from '../../src/model/report.ts';
import { readScrape, type Scrape, simulate, temporaryFolder } from './exporter.ts';
import { type ServingProcess, serve } from './exporter-process.ts';

/** Whom the faults of a test meet, and whom they must not touch. */
export const FAULTY = 'faulty';
export const HEALTHY = 'calm';

export interface TwoAccounts extends ServingProcess {
  readonly simulator: Simulator;
  readonly faulty: User;
  /** Where the exporter finds the credential of the faulty account. */
  readonly tokenFile: string;
  /** Scrapes as Prometheus does; anything but a whole and well-formed 200 throws. */
  scrape(timeoutSeconds?: number): Promise<Scrape>;
}

export interface TwoAccountsOptions {
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** More of the faulty account than its name and credential. */
  readonly faulty?: object;
}

/**
 * The built program with two accounts of one API. Its own time-out is out of the way, so that a call which hangs is
 * cut off by the scrape's deadline or never.
 */
export async function serveTwoAccounts(options: TwoAccountsOptions = {}): Promise<TwoAccounts> {
  const { simulator } = await simulate();
  const faulty = simulator.world.addUser(FAULTY, { listed: false });
  const calm = simulator.world.addUser(HEALTHY, { listed: false });
  for (const user of [faulty, calm]) user.add({ name: `token of ${user.id}` });
  const folder = await temporaryFolder();
  const tokenFile = join(folder, FAULTY);
  await writeFile(tokenFile, faulty.credential);
  await writeFile(join(folder, HEALTHY), calm.credential);
  const accounts = [
    { name: FAULTY, token_file: FAULTY, ...options.faulty },
    { name: HEALTHY, token_file: HEALTHY },
  ];
  await writeFile(join(folder, 'accounts.yml'), JSON.stringify({ accounts }));
  const serving = await serve(
    [`--config.file=${join(folder, 'accounts.yml')}`, '--api.timeout=10m', ...(options.args ?? [])],
    { POINTONE_API_ENDPOINT: simulator.url, ...options.environment },
  );
  return {
    ...serving,
    simulator,
    faulty,
    tokenFile,
    scrape: (timeoutSeconds) => scrapeProcess(serving.url, timeoutSeconds),
  };
}

/** Scrapes what runs at an address as Prometheus does, with a deadline that no slow machine misses by default. */
export async function scrapeProcess(url: string, timeoutSeconds = 300): Promise<Scrape> {
  const headers = { 'X-Prometheus-Scrape-Timeout-Seconds': String(timeoutSeconds) };
  const answer = await fetch(`${url}/metrics`, { headers });
  if (answer.status !== 200) throw new Error(`HTTP ${answer.status}: ${await answer.text()}`);
  return readScrape(await answer.text());
}

/** How often an account failed for each reason, reasons that never were left out. */
export function failures(metrics: Scrape, account = FAULTY): Partial<Record<FailureReason, number>> {
  return Object.fromEntries(
    FAILURE_REASONS.map(
      (reason) => [reason, metrics.value('pointone_scrape_errors_total', { account, reason }) ?? 0] as const,
    ).filter(([, count]) => count > 0),
  );
}

/** The account has its list. */
export function expectUp(metrics: Scrape, account: string, what?: string): void {
  expect(metrics.value('pointone_up', { account }), what).toBe(1);
  expect(metrics.value('pointone_token_info', { account, name: `token of ${account}` }), what).toBe(1);
}

/** The account has no list, and nothing is shown that would come from one. */
export function expectDown(metrics: Scrape, account: string, what?: string): void {
  expect(metrics.value('pointone_up', { account }), what).toBe(0);
  const shown = metrics.samples.filter(
    ({ name, labels }) =>
      labels['account'] === account && /^pointone_(tokens?$|token_|duplicate|unreadable|expected)/.test(name),
  );
  expect(shown, what).toEqual([]);
}
