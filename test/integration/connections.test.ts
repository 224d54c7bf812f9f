import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createClient } from '../../src/pointone/client.ts';
import { Connections } from '../../src/pointone/connections.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { createMultiAccountExporter, scrape, simulate, until } from '../support/exporter.ts';

/** Starts a server that accepts connections and never sends anything, for TLS or for CONNECT. */
async function startSilentServer() {
  let accepted = 0;
  let open = 0;
  const server = createServer((socket) => {
    accepted += 1;
    open += 1;
    socket.on('error', () => undefined);
    socket.once('close', () => {
      open -= 1;
    });
    // Without reading, the server would not notice the end of the connection.
    socket.resume();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, accepted: () => accepted, open: () => open };
}

/** Aborts a request before its connection is established. */
async function abortWhileConnecting(direct: boolean) {
  const { port, accepted, open } = await startSilentServer();
  const address = `http://127.0.0.1:${port}`;
  const connections = new Connections({ https: direct ? '' : address, http: '', noProxy: '' });
  onTestFinished(() => connections.close());
  const endpoint = new URL(direct ? `https://127.0.0.1:${port}/graphql` : 'https://api.pointone.test/graphql');
  const client = createClient({
    endpoint,
    credential: { kind: 'variable', variable: 'TOKEN', value: 'x' },
    userAgent: 'test',
    clock: systemClock,
    dispatcher: connections.dispatcherFor(endpoint),
    maxResponseSize: 1024,
  });
  const controller = new AbortController();
  const fetching = client.fetchTokens(controller.signal);
  await until(() => accepted() === 1);
  controller.abort();
  return { connections, open, fetching };
}

it('a connection to an endpoint that does not respond is closed with its request', async () => {
  const { open, fetching } = await abortWhileConnecting(true);
  expect((await fetching).outcome).toMatchObject({ failure: { reason: 'timeout' } });
  await until(() => open() === 0);
});

describe('a connection to a proxy that does not respond', () => {
  it('is closed after a timeout', { timeout: 60_000 }, async () => {
    const { open, fetching } = await abortWhileConnecting(false);
    expect((await fetching).outcome).toMatchObject({ failure: { reason: 'timeout' } });
    await until(() => open() === 0);
  });

  it('is closed immediately when all connections are closed', async () => {
    // The other connection started earlier and ends only after its timeout.
    const other = await abortWhileConnecting(false);
    const closed = await abortWhileConnecting(false);
    closed.connections.close();
    await until(() => closed.open() === 0 || other.open() === 0);
    expect([closed.open(), other.open()]).toEqual([0, 1]);
  });
});

it('an endpoint that does not respond does not block the requests of other accounts', async () => {
  const { port } = await startSilentServer();
  const { simulator, user } = await simulate();
  const stuck = simulator.state.addUser('stuck');
  const exporter = await createMultiAccountExporter(simulator, [stuck, user], {
    args: ['--api.max-concurrency=1', '--api.timeout=5s'],
    accounts: { stuck: { endpoint: `https://127.0.0.1:${port}/graphql`, timeout: '100ms' } },
  });
  const metrics = await scrape(exporter);
  expect(metrics.value('pointone_up', { account: 'stuck' })).toBe(0);
  expect(metrics.value('pointone_up', { account: 'user-1' })).toBe(1);
});
