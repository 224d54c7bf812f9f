import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders, IncomingMessage, RequestListener } from 'node:http';
import { Agent, type RequestOptions, request } from 'node:https';
import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { WebServer, type WebServerOptions } from '../../../src/server/server.ts';
import type { WebConfig } from '../../../src/web-config/types.ts';

export const pem = (name: string): Buffer =>
  readFileSync(fileURLToPath(new URL(`../../fixtures/tls/${name}.pem`, import.meta.url)));

/** Creates a web configuration with the given parts and without anything else. */
export function webConfig(parts: Partial<WebConfig>): WebConfig {
  return { tls: undefined, headers: {}, users: new Map(), ...parts };
}

/** Creates TLS settings with the certificate of the tests and the given overrides. */
export function tls(parts: Partial<NonNullable<WebConfig['tls']>> = {}): NonNullable<WebConfig['tls']> {
  return {
    cert: pem('server'),
    key: pem('server-key'),
    clientCa: undefined,
    clientAuthType: 'NoClientCert',
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
    ...parts,
  };
}

/** Starts a server on a free port until the end of the test. */
export async function serve(handler: RequestListener, options?: WebServerOptions): Promise<WebServer> {
  const server = await WebServer.listen(handler, '127.0.0.1', 0, options);
  onTestFinished(() => server.close());
  return server;
}

function portOf(server: WebServer): number {
  return Number(server.address.split(':')[1]);
}

export interface RawConnection {
  readonly socket: Socket;
  /** Returns the data received so far. */
  readonly received: () => string;
  /** Resolves with all received data when the connection is closed. */
  readonly ended: Promise<string>;
}

/** Opens a raw connection, over which the test sends bytes. */
export async function connectTo(server: WebServer): Promise<RawConnection> {
  return listenTo(connect(portOf(server), '127.0.0.1'), 'connect');
}

/** Opens a raw TLS connection. */
export async function connectTlsTo(
  server: WebServer,
  options: ConnectionOptions = {},
): Promise<RawConnection & { socket: TLSSocket }> {
  const socket = connectTls({ port: portOf(server), host: '127.0.0.1', ca: pem('authority'), ...options });
  return { ...(await listenTo(socket, 'secureConnect')), socket };
}

async function listenTo(socket: Socket, ready: string): Promise<RawConnection> {
  let heard = '';
  socket.setEncoding('latin1');
  socket.on('data', (chunk) => {
    heard += chunk;
  });
  socket.on('error', () => undefined);
  const ended = new Promise<string>((resolve) => socket.once('close', () => resolve(heard)));
  onTestFinished(() => void socket.destroy());
  await Promise.race([once(socket, ready), ended]);
  return { socket, received: () => heard, ended };
}

export interface TlsResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The subject of the server's certificate. */
  readonly subject: string;
  readonly reusedSocket: boolean;
}

/** Sends a request over TLS. Rejects with the error of the connection. */
export async function requestTls(server: WebServer, options: RequestOptions = {}): Promise<TlsResponse> {
  const clientRequest = request({
    port: portOf(server),
    host: '127.0.0.1',
    ca: [pem('authority'), pem('server-2')],
    agent: false,
    ...options,
  });
  clientRequest.end();
  const [response] = (await once(clientRequest, 'response')) as [IncomingMessage];
  const { socket, statusCode = 0, headers } = response;
  const subject = (socket as TLSSocket).getPeerX509Certificate()?.subject ?? '';
  let text = '';
  for await (const chunk of response) text += chunk;
  return { status: statusCode, headers, text, subject, reusedSocket: clientRequest.reusedSocket };
}

/** Creates an agent that keeps one connection open between requests. */
export function keepAliveAgent(): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  return agent;
}

export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}
