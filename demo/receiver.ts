import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** An alert in a webhook notification of Alertmanager. */
interface Alert {
  readonly status: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly fingerprint: string;
}

export interface Receiver {
  /** `http://host:port`. The path of a request is the name of the Alertmanager receiver. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a webhook receiver that logs each alert of Alertmanager's notifications once. */
export async function startReceiver(log: (text: string) => void): Promise<Receiver> {
  // Each notification contains all alerts of its group, so log only the new ones.
  const reported = new Set<string>();
  const server = createServer(async (request, response) => {
    try {
      const { alerts } = (await json(request)) as { alerts: readonly Alert[] };
      for (const alert of alerts) {
        const event = `${alert.fingerprint} ${alert.startsAt} ${alert.status}`;
        if (reported.has(event)) continue;
        reported.add(event);
        log(`Alertmanager → receiver "${(request.url ?? '/').slice(1)}": ${describe(alert)}`);
      }
      response.end();
    } catch {
      // The request came from a browser, or Alertmanager stopped while it was sending a notification.
      response.writeHead(400).end('expected a notification from Alertmanager\n');
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function describe({ status, labels }: Alert): string {
  const { alertname = '', severity = '', account = '', name } = labels as Partial<Record<string, string>>;
  const subject = name === undefined ? account : `${name} of ${account}`;
  return `${alertname}, ${severity}: ${subject}${status === 'resolved' ? ' (resolved)' : ''}`;
}
