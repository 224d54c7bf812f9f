import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, request as httpRequest } from 'node:http';
import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/tls/${name}`, import.meta.url));

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

/** Pipes data in both directions until one side closes. */
function pipeBoth(a: Socket, b: Socket): void {
  a.pipe(b).pipe(a);
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const) {
    one.on('error', () => other.destroy());
    one.on('close', () => other.destroy());
  }
}

/** Starts a TLS terminator in front of a port, for `localhost`, `127.0.0.1` and `api.pointone.test`. */
export function terminateTls(port: number): Promise<number> {
  const options = { cert: readFileSync(fixture('server.pem')), key: readFileSync(fixture('server-key.pem')) };
  return listen(createTlsServer(options, (socket) => pipeBoth(socket, connect(port, '127.0.0.1'))));
}

export interface Proxy {
  readonly port: number;
  /** The request lines: `CONNECT host:port` or `POST http://host/path`. */
  readonly requests: readonly string[];
  /** The `Proxy-Authorization` of each request. */
  readonly credentials: readonly (string | undefined)[];
  /** The `User-Agent` of each forwarded request. */
  readonly userAgents: readonly (string | undefined)[];
}

/** Starts a forward proxy that connects every host to one local port. */
export async function startProxy(target: number): Promise<Proxy> {
  const asked: string[] = [];
  const credentials: (string | undefined)[] = [];
  const userAgents: (string | undefined)[] = [];
  const server = createHttpServer((incoming, response) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    credentials.push(incoming.headers['proxy-authorization']);
    userAgents.push(incoming.headers['user-agent']);
    const { pathname } = new URL(incoming.url ?? '/', 'http://proxy');
    const { method, headers } = incoming;
    const onward = httpRequest({ port: target, host: '127.0.0.1', path: pathname, method, headers }, (upstream) => {
      response.writeHead(upstream.statusCode ?? 502, upstream.headers);
      upstream.pipe(response);
    });
    onward.on('error', () => response.destroy());
    incoming.pipe(onward);
  });
  server.on('connect', (incoming, socket: Socket) => {
    asked.push(`CONNECT ${incoming.url}`);
    credentials.push(incoming.headers['proxy-authorization']);
    const onward = connect(target, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      pipeBoth(socket, onward);
    });
  });
  return { port: await listen(server), requests: asked, credentials, userAgents };
}
