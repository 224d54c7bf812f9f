import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { type PeerCertificate, TLSSocket } from 'node:tls';
import type { ExchangeObserver } from '../pointone/transport.ts';
import type { Clock } from '../runtime/clock.ts';

/** What a server presented in its TLS handshake. The strings come from the certificate and are not masked. */
export interface TlsDetails {
  /** `TLSv1.3`; undefined if the handshake failed before the protocol was known. */
  readonly protocol: string | undefined;
  readonly subject: string;
  readonly issuer: string;
  /** As in the certificate: `Nov 29 12:00:00 2026 GMT`. */
  readonly validTo: string;
}

/** An attempt to connect to one address that failed. */
export interface FailedAttempt {
  readonly address: string;
  /** A code of the operating system or of Node, such as `ECONNREFUSED`. */
  readonly code: string;
}

/** Milliseconds on the monotonic clock. Undefined for a step that was not reached. */
interface Moments {
  sent: number;
  resolved?: number;
  connected?: number;
  secured?: number;
  responded?: number;
  lastByte?: number;
}

/**
 * Records the steps of one exchange with the API: name resolution, connection, TLS, response, body. If the request is
 * sent again on a new connection, records only the last attempt.
 */
export class ExchangeTrace implements ExchangeObserver {
  readonly #clock: Clock;
  readonly addresses: string[] = [];
  readonly failedAttempts: FailedAttempt[] = [];
  /** The address and port of the server or proxy; undefined until it is connected. */
  peer: string | undefined;
  /** Whether the request has a connection, possibly still without TLS. With a tunnel, it then exists. */
  hasSocket = false;
  tls: TlsDetails | undefined;
  isSecured = false;
  status: number | undefined;
  headers: IncomingHttpHeaders = {};
  /** The body, which the transport limits. */
  #chunks: Buffer[] = [];
  bodyBytes = 0;
  moments: Moments = { sent: 0 };

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  onRequest(request: ClientRequest): void {
    this.addresses.length = 0;
    this.failedAttempts.length = 0;
    this.peer = undefined;
    this.hasSocket = false;
    this.moments = { sent: this.#clock.monotonic() };
    request.once('socket', (socket) => {
      this.hasSocket = true;
      if (socket.connecting) this.#traceConnection(socket);
      else this.#onConnected(socket);
      if (socket instanceof TLSSocket) this.#traceTls(socket);
    });
  }

  onResponse(incoming: IncomingMessage): void {
    this.moments.responded = this.#clock.monotonic();
    this.status = incoming.statusCode;
    this.headers = incoming.headers;
  }

  onBody(chunk: Buffer): void {
    this.moments.lastByte = this.#clock.monotonic();
    this.bodyBytes += chunk.length;
    this.#chunks.push(chunk);
  }

  /** Returns the bytes of the body that have arrived. */
  body(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  #traceConnection(socket: Socket): void {
    // Emitted once for each address of the host (https://nodejs.org/api/net.html#event-lookup).
    socket.on('lookup', (error: Error | null, address: string) => {
      if (error !== null) return;
      this.moments.resolved = this.#clock.monotonic();
      this.addresses.push(address);
    });
    socket.on('connectionAttemptFailed', (address: string, _port: number, _family: number, error: Error) => {
      this.failedAttempts.push({ address, code: (error as NodeJS.ErrnoException).code ?? 'no code' });
    });
    socket.on('connectionAttemptTimeout', (address: string) => {
      this.failedAttempts.push({ address, code: 'ETIMEDOUT' });
    });
    socket.once('connect', () => this.#onConnected(socket));
  }

  #onConnected({ remoteAddress, remotePort, remoteFamily }: Socket): void {
    this.moments.connected = this.#clock.monotonic();
    if (remoteAddress === undefined) return;
    this.peer = `${remoteFamily === 'IPv6' ? `[${remoteAddress}]` : remoteAddress}:${remotePort}`;
  }

  #traceTls(socket: TLSSocket): void {
    // Node verifies the certificate in a listener of `secure`, and closes the connection if it is not trusted. A listener
    // before that one still sees the certificate. The event is not documented; without it, only the details are missing.
    socket.prependOnceListener('secure', () => {
      this.tls = describeTls(socket);
    });
    socket.once('secureConnect', () => {
      this.isSecured = true;
      this.moments.secured = this.#clock.monotonic();
    });
  }
}

function describeTls(socket: TLSSocket): TlsDetails {
  const { subject, issuer, valid_to: validTo = '' } = socket.getPeerCertificate() as Partial<PeerCertificate>;
  return {
    protocol: socket.getProtocol() ?? undefined,
    subject: describeName(subject),
    issuer: describeName(issuer),
    validTo,
  };
}

/** Returns the common name of a certificate's subject or issuer, or else its organization. */
function describeName(name: PeerCertificate['subject'] | undefined): string {
  // A name can have several values for one attribute, which Node's types do not declare.
  const value = (name?.CN ?? name?.O ?? '') as string | string[];
  return Array.isArray(value) ? value.join(', ') : value;
}
