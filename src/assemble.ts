import pLimit from 'p-limit';
import type { Clock } from './clock.ts';
import { Collector } from './collector.ts';
import type { Configuration } from './config/load.ts';
import { Fleet } from './fleet.ts';
import { createClient } from './pointone/client.ts';
import { Connections } from './pointone/proxy.ts';
import type { Report } from './report.ts';

export interface Assembled {
  readonly fleet: Fleet;
  /** Ends the connections to the API. */
  readonly close: () => Promise<void>;
}

/** Makes of a configuration what reads its accounts. */
export function assemble(
  { settings, accounts, proxy }: Configuration,
  userAgent: string,
  clock: Clock,
  onOutcome: (report: Report) => void,
): Assembled {
  const connections = new Connections(proxy);
  const limit = pLimit(settings.apiMaxConcurrency);
  const collectors = accounts.map(({ name, endpoint, timeoutMs, credential, expected }) => {
    const dispatcher = connections.to(endpoint);
    const upstream = createClient({
      endpoint,
      credential,
      userAgent,
      clock,
      dispatcher,
      maxResponseSize: settings.apiMaxResponseSize,
    });
    return [name, new Collector({ account: name, expected, timeoutMs, upstream, limit, clock, onOutcome })] as const;
  });
  return { fleet: new Fleet(new Map(collectors)), close: () => connections.close() };
}
