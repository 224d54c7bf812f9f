import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createStatusClassifier } from '../../src/model/status.ts';
import { createClient } from '../../src/pointone/client.ts';
import { Connections } from '../../src/pointone/connections.ts';
import { NoProxy } from '../../src/pointone/proxy-bypass.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { createMultiAccountExporter, scrape, simulate, until } from '../support/exporter.ts';
import { listen, startProxy, terminateTls } from '../support/network.ts';

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
  const connections = new Connections({ https: direct ? '' : address, http: '', noProxy: NoProxy.parse('').noProxy });
  onTestFinished(() => connections.close());
  const endpoint = new URL(direct ? `https://127.0.0.1:${port}/graphql` : 'https://api.pointone.test/graphql');
  const client = createClient({
    classifyStatus: createStatusClassifier(),
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

describe('a connection that has reached the age limit', () => {
  const FOREVER = new AbortController().signal;

  afterEach(() => {
    vi.unstubAllEnvs();
  });

  /** Puts a relay that counts connections in front of a port, and creates a client that connects to the relay. */
  async function clientThroughRelay(kind: 'direct' | 'plain proxy' | 'tunnel', maxAgeMs: number) {
    // The certificate of the test server is for other processes, which trust its authority by NODE_EXTRA_CA_CERTS.
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    const { simulator, user } = await simulate();
    const target =
      kind === 'tunnel'
        ? (await startProxy(await terminateTls(simulator.port))).port
        : kind === 'direct'
          ? simulator.port
          : (await startProxy(simulator.port)).port;
    const sockets = new Set<Socket>();
    let opened = 0;
    const relay = createServer((socket) => {
      opened += 1;
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      const onward = connect(target, '127.0.0.1');
      socket.pipe(onward).pipe(socket);
      for (const end of [socket, onward]) end.on('error', () => undefined);
    });
    const address = `http://127.0.0.1:${await listen(relay)}`;
    const proxy = {
      https: kind === 'tunnel' ? address : '',
      http: kind === 'plain proxy' ? address : '',
      noProxy: NoProxy.parse('').noProxy,
    };
    const connections = new Connections(proxy, { attemptMs: 2_000, maxAgeMs });
    onTestFinished(() => connections.close());
    const endpoint = new URL(
      {
        direct: `${address}/graphql`,
        'plain proxy': 'http://api.pointone.test/graphql',
        tunnel: 'https://api.pointone.test/graphql',
      }[kind],
    );
    const client = createClient({
      classifyStatus: createStatusClassifier(),
      endpoint,
      credential: { kind: 'variable', variable: 'TOKEN', value: user.credential },
      userAgent: 'test',
      clock: systemClock,
      dispatcher: connections.dispatcherFor(endpoint),
      maxResponseSize: 1024 * 1024,
    });
    return { simulator, client, opened: () => opened, open: () => sockets.size };
  }

  describe.each(['direct', 'plain proxy', 'tunnel'] as const)('(%s)', (kind) => {
    it('closes while it is idle, and the next request opens another', async () => {
      const { client, opened, open } = await clientThroughRelay(kind, 50);
      expect((await client.fetchTokens(FOREVER)).outcome.ok).toBe(true);
      await until(() => open() === 0);
      expect((await client.fetchTokens(FOREVER)).outcome.ok).toBe(true);
      expect(opened()).toBe(2);
    });

    it('closes only after the response that it carries', async () => {
      const { simulator, client, open } = await clientThroughRelay(kind, 50);
      simulator.setFault({ kind: 'latency', ms: 500 }, { times: 1 });
      expect((await client.fetchTokens(FOREVER)).outcome.ok).toBe(true);
      await until(() => open() === 0);
    });

    it('is used again before', async () => {
      const { client, opened } = await clientThroughRelay(kind, 10 * 60_000);
      for (const _ of [1, 2, 3, 4]) expect((await client.fetchTokens(FOREVER)).outcome.ok).toBe(true);
      // On a busy machine, a request can start before the connection of the previous one is back in the pool.
      expect(opened()).toBeLessThan(4);
    });
  });
});
