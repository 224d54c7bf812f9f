import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** Starts a server that accepts connections and never sends anything. */
export async function startSilentServer(): Promise<{ readonly port: number; readonly connections: () => number }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    socket.resume();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { port: (server.address() as AddressInfo).port, connections: () => sockets.size };
}

/** A program that listens, prints its port and blocks forever, so that it never accepts connections from the backlog. */
const LISTEN_AND_BLOCK = `
  const server = require('node:net').createServer();
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    require('node:fs').writeSync(1, String(server.address().port));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });`;

/** Returns a loopback port on which connections time out, as behind a firewall that drops packets. */
export async function startServerWithFullBacklog(): Promise<number> {
  const child = spawn(process.execPath, ['-e', LISTEN_AND_BLOCK], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await once(child, 'close');
  });
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  // The backlog holds one or two connections. All others wait forever.
  const waiting = Array.from({ length: 8 }, () => connect(Number(port.toString()), '127.0.0.1'));
  for (const socket of waiting) socket.on('error', () => undefined);
  onTestFinished(() => {
    for (const socket of waiting) socket.destroy();
  });
  await Promise.any(waiting.map((socket) => once(socket, 'connect')));
  return Number(port.toString());
}
