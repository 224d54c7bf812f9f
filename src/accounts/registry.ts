import pLimit from 'p-limit';
import type { AccountConfig } from '../config/accounts-file.ts';
import type { Report } from '../model/report.ts';
import type { ClassifyStatus } from '../model/status.ts';
import { createClient } from '../pointone/client.ts';
import { Connections, type ProxySettings } from '../pointone/connections.ts';
import type { Clock } from '../runtime/clock.ts';
import { Collector } from './collector.ts';
import { Collectors } from './collectors.ts';

/** The difference between the previous and the new accounts, by name. */
export interface AccountChanges {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

export interface AccountRegistry {
  /** Returns the collectors of the current configuration. */
  readonly collectors: () => Collectors;
  /** Replaces the accounts, which are matched by name. A running fetch continues for its callers. */
  readonly replace: (accounts: readonly AccountConfig[]) => AccountChanges;
  /** Aborts the running fetches and closes the connections to the API. */
  readonly close: () => void;
}

/** The configuration of an account and its collector. */
interface AccountEntry {
  readonly config: AccountConfig;
  readonly collector: Collector;
}

export interface RegistryOptions {
  readonly accounts: readonly AccountConfig[];
  readonly proxy: ProxySettings;
  /** Maximum number of concurrent upstream requests of all accounts. */
  readonly maxConcurrency: number;
  /** Maximum size of a response body, in bytes. */
  readonly maxResponseSize: number;
  readonly classifyStatus: ClassifyStatus;
  readonly userAgent: string;
  readonly clock: Clock;
  /** Creates the listener for the reports of one account. Called again when its endpoint or credential changes. */
  readonly createListener: () => (report: Report) => void;
}

/** Creates a collector for each account. All collectors share the connections and the limit on concurrent requests. */
export function createAccountRegistry(options: RegistryOptions): AccountRegistry {
  const { accounts, proxy, maxConcurrency, maxResponseSize, classifyStatus, userAgent, clock, createListener } =
    options;
  const connections = new Connections(proxy);
  const limit = pLimit(maxConcurrency);

  const createCollector = ({ name, endpoint, timeoutMs, credential, expected }: AccountConfig): Collector => {
    const upstream = createClient({
      endpoint,
      credential,
      classifyStatus,
      userAgent,
      clock,
      dispatcher: connections.dispatcherFor(endpoint),
      maxResponseSize,
    });
    return new Collector({ account: name, expected, timeoutMs, upstream, limit, clock, onReport: createListener() });
  };

  let entries: ReadonlyMap<string, AccountEntry> = new Map();
  /** Replaced collectors whose fetch is still running, because callers may wait for it. */
  let draining: readonly Collector[] = [];
  let collectors = new Collectors(new Map());

  const replace = (configs: readonly AccountConfig[]): AccountChanges => {
    const previous = entries;
    entries = new Map(
      configs.map((config) => [config.name, reuseOrCreate(previous.get(config.name), config, createCollector)]),
    );
    const active = new Map(Array.from(entries, ([name, { collector }]) => [name, collector]));
    const kept = new Set(active.values());
    const retired = Array.from(previous.values(), (entry) => entry.collector).filter(
      (collector) => !kept.has(collector),
    );
    draining = [...draining, ...retired].filter(({ isFetching }) => isFetching);
    collectors = new Collectors(active);
    return diffAccounts(previous, entries);
  };
  replace(accounts);

  return {
    collectors: () => collectors,
    replace,
    close() {
      collectors.close();
      for (const collector of draining) collector.close();
      connections.close();
    },
  };
}

/**
 * Keeps the collector of an account, with its pause, counters and last success, if endpoint and credential are the same.
 * Otherwise creates a new one, because that state belongs to the previous upstream.
 */
function reuseOrCreate(
  previous: AccountEntry | undefined,
  config: AccountConfig,
  createCollector: (config: AccountConfig) => Collector,
): AccountEntry {
  if (previous === undefined || upstreamKey(previous.config) !== upstreamKey(config)) {
    return { config, collector: createCollector(config) };
  }
  previous.collector.updateOptions({ expected: config.expected, timeoutMs: config.timeoutMs });
  return { config, collector: previous.collector };
}

function diffAccounts(
  previous: ReadonlyMap<string, AccountEntry>,
  current: ReadonlyMap<string, AccountEntry>,
): AccountChanges {
  const names = [...current.keys()];
  return {
    added: names.filter((name) => !previous.has(name)),
    changed: names.filter((name) => {
      const old = previous.get(name);
      return old !== undefined && JSON.stringify(old.config) !== JSON.stringify(current.get(name)?.config);
    }),
    removed: [...previous.keys()].filter((name) => !current.has(name)),
  };
}

function upstreamKey({ endpoint, credential }: AccountConfig): string {
  return JSON.stringify([endpoint, credential]);
}
