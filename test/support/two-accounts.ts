import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Simulator } from '../../simulator/server.ts';
import type { User } from '../../simulator/state.ts';
import { FAILURE_REASONS, type FailureReason } from '../../src/model/report.ts';
import { readScrape, type Scrape, simulate, temporaryFolder } from './exporter.ts';
import { type ServingProcess, serve } from './exporter-process.ts';

/** The account that the faults of a test affect, and the account that they must not affect. */
export const FAULTY = 'faulty';
export const HEALTHY = 'calm';

export interface TwoAccounts extends ServingProcess {
  readonly simulator: Simulator;
  readonly faulty: User;
  /** The path of the faulty account's token file. */
  readonly tokenFile: string;
  /** Scrapes as Prometheus does. Throws if the response is not a complete and valid 200. */
  scrape(timeoutSeconds?: number): Promise<Scrape>;
}

export interface TwoAccountsOptions {
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** More settings of the faulty account in the accounts file. */
  readonly faulty?: object;
}

/**
 * Starts the built program with two accounts of one API. Its --api.timeout is so long that only the deadline of the
 * scrape can end a hanging request.
 */
export async function serveTwoAccounts(options: TwoAccountsOptions = {}): Promise<TwoAccounts> {
  const { simulator } = await simulate();
  const faulty = simulator.state.addUser(FAULTY, { listed: false });
  const healthy = simulator.state.addUser(HEALTHY, { listed: false });
  for (const user of [faulty, healthy]) user.add({ name: `token of ${user.id}` });
  const folder = await temporaryFolder();
  const tokenFile = join(folder, FAULTY);
  await writeFile(tokenFile, faulty.credential);
  await writeFile(join(folder, HEALTHY), healthy.credential);
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

/** Scrapes an exporter as Prometheus does. The default timeout is long enough for a slow machine. */
export async function scrapeProcess(url: string, timeoutSeconds = 300): Promise<Scrape> {
  const headers = { 'X-Prometheus-Scrape-Timeout-Seconds': String(timeoutSeconds) };
  const response = await fetch(`${url}/metrics`, { headers });
  if (response.status !== 200) throw new Error(`HTTP ${response.status}: ${await response.text()}`);
  return readScrape(await response.text());
}

/** Returns the number of failed fetches of an account for each reason, without zeros. */
export function failures(metrics: Scrape, account = FAULTY): Partial<Record<FailureReason, number>> {
  return Object.fromEntries(
    FAILURE_REASONS.map(
      (reason) => [reason, metrics.value('pointone_scrape_errors_total', { account, reason }) ?? 0] as const,
    ).filter(([, count]) => count > 0),
  );
}

/** Expects that the account was read and its token is exposed. */
export function expectUp(metrics: Scrape, account: string, what?: string): void {
  expect(metrics.value('pointone_up', { account }), what).toBe(1);
  expect(metrics.value('pointone_token_info', { account, name: `token of ${account}` }), what).toBe(1);
}

/** Expects that the account could not be read and no metric of its token list is exposed. */
export function expectDown(metrics: Scrape, account: string, what?: string): void {
  expect(metrics.value('pointone_up', { account }), what).toBe(0);
  const shown = metrics.samples.filter(
    ({ name, labels }) =>
      labels['account'] === account && /^pointone_(tokens?$|token_|duplicate|unreadable|expected)/.test(name),
  );
  expect(shown, what).toEqual([]);
}
