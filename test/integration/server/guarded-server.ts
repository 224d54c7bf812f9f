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

/** A door without anything but what the test wants of it. */
export function door(parts: Partial<WebConfig>): WebConfig {
  return { tls: undefined, headers: {}, users: new Map(), ...parts };
}

/** TLS by the tests' certificate, with what the test wants otherwise. */
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

/** Serves on a free port as long as the test takes. */
export async function serve(handler: RequestListener, options?: WebServerOptions): Promise<WebServer> {
  const server = await WebServer.listen(handler, '127.0.0.1', 0, options);
  onTestFinished(() => server.close());
  return server;
}

function portOf(server: WebServer): number {
  return Number(server.address.split(':')[1]);
}

export interface Talk {
  readonly socket: Socket;
  /** All that came so far. */
  readonly heard: () => string;
  /** All that came until the connection ended, however it did. */
  readonly ended: Promise<string>;
}

/** Connects and listens; the test says what is sent. */
export async function talk(server: WebServer): Promise<Talk> {
  return listenTo(connect(portOf(server), '127.0.0.1'), 'connect');
}

/** The same over TLS. */
export async function talkTls(
  server: WebServer,
  options: ConnectionOptions = {},
): Promise<Talk & { socket: TLSSocket }> {
  const socket = connectTls({ port: portOf(server), host: '127.0.0.1', ca: pem('authority'), ...options });
  return { ...(await listenTo(socket, 'secureConnect')), socket };
}

async function listenTo(socket: Socket, ready: string): Promise<Talk> {
  let heard = '';
  socket.setEncoding('latin1');
  socket.on('data', (chunk) => {
    heard += chunk;
  });
  socket.on('error', () => undefined);
  const ended = new Promise<string>((resolve) => socket.once('close', () => resolve(heard)));
  onTestFinished(() => void socket.destroy());
  await Promise.race([once(socket, ready), ended]);
  return { socket, heard: () => heard, ended };
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The subject of the server's certificate. */
  readonly subject: string;
  readonly reusedSocket: boolean;
}

/** Asks over TLS. Rejects with the error of the connection. */
export async function ask(server: WebServer, options: RequestOptions = {}): Promise<Answer> {
  const asked = request({
    port: portOf(server),
    host: '127.0.0.1',
    ca: [pem('authority'), pem('server-2')],
    agent: false,
    ...options,
  });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const { socket, statusCode = 0, headers } = response;
  const subject = (socket as TLSSocket).getPeerX509Certificate()?.subject ?? '';
  let text = '';
  for await (const chunk of response) text += chunk;
  return { status: statusCode, headers, text, subject, reusedSocket: asked.reusedSocket };
}

/** Keeps its one connection between questions. */
export function keepingAgent(): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  return agent;
}

export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}
