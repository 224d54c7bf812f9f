import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, request as httpRequest } from 'node:http';
import { connect, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { fileURLToPath } from 'node:url';

export const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/tls/${name}`, import.meta.url));

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

/** Creates a server that ends TLS in front of a port, for `localhost`, `127.0.0.1` and `api.pointone.test`. */
export function createTlsTerminator(port: number): Server {
  const options = { cert: readFileSync(fixture('server.pem')), key: readFileSync(fixture('server-key.pem')) };
  return createTlsServer(options, (socket) => pipeBoth(socket, connect(port, '127.0.0.1')));
}

export interface ProxyLog {
  /** The request lines: `CONNECT host:port` or `POST http://host/path`. */
  readonly requests: readonly string[];
  /** The `Proxy-Authorization` of each request. */
  readonly credentials: readonly (string | undefined)[];
  /** The `User-Agent` of each forwarded request. */
  readonly userAgents: readonly (string | undefined)[];
}

/** Creates a forward proxy that connects every host to one local port. */
export function createProxy(target: number): { readonly server: Server; readonly log: ProxyLog } {
  const requests: string[] = [];
  const credentials: (string | undefined)[] = [];
  const userAgents: (string | undefined)[] = [];
  const server = createHttpServer((incoming, response) => {
    requests.push(`${incoming.method} ${incoming.url}`);
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
  // The client decides how long a connection is kept.
  server.keepAliveTimeout = 0;
  server.on('connect', (incoming, socket: Socket) => {
    requests.push(`CONNECT ${incoming.url}`);
    credentials.push(incoming.headers['proxy-authorization']);
    const onward = connect(target, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      pipeBoth(socket, onward);
    });
  });
  return { server, log: { requests, credentials, userAgents } };
}
