import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** Returns a free loopback port, for programs that cannot choose one themselves. Another process can still take it. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
