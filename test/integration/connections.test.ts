import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createClient } from '../../src/pointone/client.ts';
import { Connections } from '../../src/pointone/connections.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { createMultiAccountExporter, scrape, simulate, until } from '../support/exporter.ts';

/** A server that accepts connections and then says nothing: neither for TLS, nor to a proxy's CONNECT. */
async function silentServer() {
  let accepted = 0;
  let open = 0;
  const server = createServer((socket) => {
    accepted += 1;
    open += 1;
    socket.on('error', () => undefined);
    socket.once('close', () => {
      open -= 1;
    });
    // Read, or its end would not be seen.
    socket.resume();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, accepted: () => accepted, open: () => open };
}

/** Connections on which a call was cut off before its connection was made. */
async function stalled(direct: boolean) {
  const { port, accepted, open } = await silentServer();
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
  const cut = new AbortController();
  const fetching = client.fetchTokens(cut.signal);
  await until(() => accepted() === 1);
  cut.abort();
  return { connections, open, fetching };
}

it('a connection that an endpoint does not answer ends with its call', async () => {
  const { open, fetching } = await stalled(true);
  expect((await fetching).outcome).toMatchObject({ failure: { reason: 'timeout' } });
  await until(() => open() === 0);
});

describe('a connection that a proxy does not answer', () => {
  it('is given up by itself', { timeout: 60_000 }, async () => {
    const { open, fetching } = await stalled(false);
    expect((await fetching).outcome).toMatchObject({ failure: { reason: 'timeout' } });
    await until(() => open() === 0);
  });

  it('ends at once when all connections are closed', async () => {
    // Which ends first: this one, or one begun before that has to wait until it is given up?
    const left = await stalled(false);
    const closed = await stalled(false);
    closed.connections.close();
    await until(() => closed.open() === 0 || left.open() === 0);
    expect([closed.open(), left.open()]).toEqual([0, 1]);
  });
});

it('an endpoint that is not answering keeps no other account from its call', async () => {
  const { port } = await silentServer();
  const { simulator, user } = await simulate();
  const stuck = simulator.world.addUser('stuck');
  const exporter = await createMultiAccountExporter(simulator, [stuck, user], {
    args: ['--api.max-concurrency=1', '--api.timeout=5s'],
    accounts: { stuck: { endpoint: `https://127.0.0.1:${port}/graphql`, timeout: '100ms' } },
  });
  const metrics = await scrape(exporter);
  expect(metrics.value('pointone_up', { account: 'stuck' })).toBe(0);
  expect(metrics.value('pointone_up', { account: 'user-1' })).toBe(1);
});
