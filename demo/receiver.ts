import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** An alert in a notification of Alertmanager's webhook. */
interface Alert {
  readonly status: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly fingerprint: string;
}

export interface Receiver {
  /** `http://host:port`; the path is the name of whom Alertmanager tells. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Stands for the people whom Alertmanager tells: says who would have been told what, once each. */
export async function startReceiver(log: (text: string) => void): Promise<Receiver> {
  // A notification repeats all alerts of its group.
  const reported = new Set<string>();
  const server = createServer(async (request, response) => {
    try {
      const { alerts } = (await json(request)) as { alerts: readonly Alert[] };
      for (const alert of alerts) {
        const event = `${alert.fingerprint} ${alert.startsAt} ${alert.status}`;
        if (reported.has(event)) continue;
        reported.add(event);
        log(`Alertmanager tells ${(request.url ?? '/').slice(1)}: ${describe(alert)}`);
      }
      response.end();
    } catch {
      // A person who looks what is here, or Alertmanager that was ended in the middle, whom the answer does not reach.
      response.writeHead(400).end('This is for notifications of Alertmanager.\n');
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
  return `${alertname}, ${severity}: ${subject}${status === 'resolved' ? ' (over)' : ''}`;
}
