import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

/** One alert in a notification, as Alertmanager's webhook sends it. */
export interface ReceivedAlert {
  /** The receiver's path: `/pages`, `/tickets`, `/notes`. */
  readonly path: string;
  readonly status: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Starts a webhook receiver that records the alerts of Alertmanager's notifications in order of arrival. */
export async function startWebhook(): Promise<{ url: string; received: readonly ReceivedAlert[] }> {
  const received: ReceivedAlert[] = [];
  const server = createServer(async (request, response) => {
    const { alerts } = (await json(request)) as { alerts: Omit<ReceivedAlert, 'path'>[] };
    received.push(...alerts.map((alert) => ({ ...alert, path: request.url ?? '' })));
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}
