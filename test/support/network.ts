import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { createProxy, createTlsTerminator, fixture, type ProxyLog } from './proxy-server.ts';

/** The path of the CA certificate for the tests' servers. */
export const CA_FILE = fixture('authority.pem');

/** Listens on a free loopback port until the end of the test, and returns the port. */
export async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

/** Starts a TLS terminator in front of a port, for `localhost`, `127.0.0.1` and `api.pointone.test`. */
export function terminateTls(port: number): Promise<number> {
  return listen(createTlsTerminator(port));
}

export interface Proxy extends ProxyLog {
  readonly port: number;
}

/** Starts a forward proxy that connects every host to one local port. */
export async function startProxy(target: number): Promise<Proxy> {
  const { server, log } = createProxy(target);
  return { port: await listen(server), ...log };
}
