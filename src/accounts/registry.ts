import pLimit from 'p-limit';
import type { AccountConfig } from '../config/accounts-file.ts';
import type { Report } from '../model/report.ts';
import { createClient } from '../pointone/client.ts';
import { Connections, type ProxySettings } from '../pointone/connections.ts';
import type { Clock } from '../runtime/clock.ts';
import { Collector } from './collector.ts';
import { Collectors } from './collectors.ts';

/** What became of the accounts when others took their place, by their names. */
export interface AccountChanges {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

export interface AccountRegistry {
  /** The accounts as last configured. */
  readonly collectors: () => Collectors;
  /** Puts other accounts in the place of those before, by name. A fetch under way is finished for whoever waits. */
  readonly replace: (accounts: readonly AccountConfig[]) => AccountChanges;
  /** Ends the fetches under way, and the connections to the API. */
  readonly close: () => void;
}

/** An account as configured, and what reads it. */
interface AccountEntry {
  readonly config: AccountConfig;
  readonly collector: Collector;
}

export interface RegistryOptions {
  readonly accounts: readonly AccountConfig[];
  readonly proxy: ProxySettings;
  /** Upstream calls in flight at most, over all accounts. */
  readonly maxConcurrency: number;
  /** Bytes of response body read at most. */
  readonly maxResponseSize: number;
  readonly userAgent: string;
  readonly clock: Clock;
  /** Creates the listener for the reports of one account. Called again when its endpoint or credential changes. */
  readonly createListener: () => (report: Report) => void;
}

/** Creates a collector for each account. All collectors share the connections and the limit on calls in flight. */
export function createAccountRegistry(options: RegistryOptions): AccountRegistry {
  const { accounts, proxy, maxConcurrency, maxResponseSize, userAgent, clock, createListener } = options;
  const connections = new Connections(proxy);
  const limit = pLimit(maxConcurrency);

  const createCollector = ({ name, endpoint, timeoutMs, credential, expected }: AccountConfig): Collector => {
    const upstream = createClient({
      endpoint,
      credential,
      userAgent,
      clock,
      dispatcher: connections.dispatcherFor(endpoint),
      maxResponseSize,
    });
    return new Collector({ account: name, expected, timeoutMs, upstream, limit, clock, onOutcome: createListener() });
  };

  let entries: ReadonlyMap<string, AccountEntry> = new Map();
  /** Those that were replaced in the middle of a fetch, which somebody may be waiting for. */
  let draining: readonly Collector[] = [];
  let collectors = new Collectors(new Map());

  const replace = (configs: readonly AccountConfig[]): AccountChanges => {
    const before = entries;
    entries = new Map(
      configs.map((config) => [config.name, reuseOrCreate(before.get(config.name), config, createCollector)]),
    );
    const active = new Map(Array.from(entries, ([name, { collector }]) => [name, collector]));
    const kept = new Set(active.values());
    const replaced = Array.from(before.values(), ({ collector }) => collector).filter((one) => !kept.has(one));
    draining = [...draining, ...replaced].filter(({ isFetching }) => isFetching);
    collectors = new Collectors(active);
    return diffAccounts(before, entries);
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
 * The same upstream goes on with all that is known of it: the pause it asked for, its counters and its last success.
 * Another endpoint or credential is another upstream, of which nothing is known yet.
 */
function reuseOrCreate(
  before: AccountEntry | undefined,
  config: AccountConfig,
  createCollector: (config: AccountConfig) => Collector,
): AccountEntry {
  if (before === undefined || upstreamKey(before.config) !== upstreamKey(config)) {
    return { config, collector: createCollector(config) };
  }
  before.collector.updateOptions({ expected: config.expected, timeoutMs: config.timeoutMs });
  return { config, collector: before.collector };
}

function diffAccounts(
  before: ReadonlyMap<string, AccountEntry>,
  after: ReadonlyMap<string, AccountEntry>,
): AccountChanges {
  const names = [...after.keys()];
  return {
    added: names.filter((name) => !before.has(name)),
    changed: names.filter((name) => {
      const [old, now] = [before.get(name), after.get(name)];
      return old !== undefined && JSON.stringify(old.config) !== JSON.stringify(now?.config);
    }),
    removed: [...before.keys()].filter((name) => !after.has(name)),
  };
}

function upstreamKey({ endpoint, credential }: AccountConfig): string {
  return JSON.stringify([endpoint, credential]);
}
