import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, type Server } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { startSimulator } from '../../simulator/server.ts';
import { createProxy, createTlsTerminator, fixture } from './proxy-server.ts';

/**
 * Runs the command `metrics` against servers on an address that is not loopback, and prints what the command returned as
 * JSON. `own-network.test.ts` runs this program in a network namespace of its own; the argument selects the scenario.
 */

/** From a range for documentation (RFC 5737). `own-network.test.ts` gives it to the loopback device of the namespace. */
const ADDRESS = '192.0.2.1';
/** Resolves to ADDRESS, and to an IPv6 address without a route. */
const SLOW_HOST = 'api.slow.test';

/**
 * Relays connections to a port, but accepts none until the gate opens. A full queue of the system drops the first packet
 * of a connection, and the client repeats it after a second (RFC 6298).
 */
const RELAY = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { connect, createServer } = require('node:net');
  const server = createServer((socket) => {
    const onward = connect(workerData.target, '127.0.0.1');
    socket.pipe(onward).pipe(socket);
    for (const end of [socket, onward]) end.on('error', () => undefined);
  });
  server.listen({ host: workerData.host, port: 0, backlog: 1 }, () => {
    parentPort.postMessage(server.address().port);
    setImmediate(() => Atomics.wait(workerData.gate, 0, 0));
  });`;

/** The states of /proc/net/tcp. */
const ESTABLISHED = '01';
const SYN_SENT = '02';

/** Number of this namespace's sockets that are connected, or connect, to a port. */
function countSockets(port: number, state: string): number {
  const remote = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = readFileSync('/proc/net/tcp', 'utf8').trim().split('\n').slice(1);
  return rows.map((row) => row.trim().split(/\s+/)).filter((row) => row[2]?.endsWith(remote) && row[3] === state)
    .length;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Returns the port of a relay whose queue is full, and a function that opens it. */
async function slowRelay(target: number): Promise<{ readonly port: number; readonly open: () => void }> {
  const gate = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(RELAY, { eval: true, workerData: { host: ADDRESS, target, gate } });
  const [port] = (await once(worker, 'message')) as [number];
  // Connections fill the queue until one of them is not accepted.
  while (countSockets(port, SYN_SENT) === 0) {
    const before = countSockets(port, ESTABLISHED);
    connect(port, ADDRESS).on('error', () => undefined);
    await until(() => countSockets(port, ESTABLISHED) > before || countSockets(port, SYN_SENT) > 0);
  }
  const open = (): void => {
    Atomics.store(gate, 0, 1);
    Atomics.notify(gate, 0);
  };
  return { port, open };
}

async function listen(server: Server): Promise<number> {
  server.listen(0);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const simulator = await startSimulator();
const user = simulator.state.addUser('user-1');

/** Runs the built program. */
async function runMetrics(
  environment: Record<string, string>,
  onStart: (exited: Promise<unknown>) => void = () => undefined,
): Promise<{ code: unknown; stderr: string }> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('../../dist/main.js', import.meta.url)), 'metrics'], {
    env: {
      PATH: process.env['PATH'],
      NODE_EXTRA_CA_CERTS: fixture('authority.pem'),
      POINTONE_API_TOKEN: user.credential,
      POINTONE_API_ALLOW_HTTP: 'true',
      ...environment,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const exited = once(child, 'close');
  onStart(exited);
  const [code] = await exited;
  return { code, stderr };
}

/** The host resolves to an address that takes a second to connect to, and to one without a route. */
async function slow(target: number, environment: (address: string) => Record<string, string>): Promise<unknown> {
  const relay = await slowRelay(target);
  const before = countSockets(relay.port, SYN_SENT);
  return runMetrics(environment(`http://${SLOW_HOST}:${relay.port}`), (exited) => {
    void Promise.race([until(() => countSockets(relay.port, SYN_SENT) > before), exited]).then(relay.open);
  });
}

const SCENARIOS: Readonly<Record<string, () => Promise<unknown>>> = {
  'slow API': () => slow(simulator.port, (address) => ({ POINTONE_API_ENDPOINT: `${address}/graphql` })),
  'slow http proxy': async () =>
    slow(await listen(createProxy(simulator.port).server), (address) => ({
      POINTONE_API_ENDPOINT: 'http://api.pointone.test/graphql',
      HTTP_PROXY: address,
    })),
  'slow https proxy': async () =>
    slow(await listen(createProxy(await listen(createTlsTerminator(simulator.port))).server), (address) => ({
      POINTONE_API_ENDPOINT: 'https://api.pointone.test/graphql',
      HTTPS_PROXY: address,
    })),
  'excepted range': async () => {
    const proxy = createProxy(simulator.port);
    const api = createProxy(simulator.port);
    const result = await runMetrics({
      POINTONE_API_ENDPOINT: `http://${ADDRESS}:${await listen(api.server)}/graphql`,
      HTTP_PROXY: `http://user:password@${ADDRESS}:${await listen(proxy.server)}`,
      NO_PROXY: 'localhost,192.0.2.0/24',
    });
    return { ...result, proxyRequests: proxy.log.requests, apiRequests: api.log.requests };
  },
};

const result = await SCENARIOS[process.argv[2] ?? '']?.();
process.stdout.write(JSON.stringify(result));
process.exit();
