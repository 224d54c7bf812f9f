import { constants } from 'node:crypto';
import type { Socket } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import type { ClientAuthType, TlsSettings } from '../web-config/types.ts';

export interface TlsEvents {
  /** Called when an authorized client has completed its handshake. */
  readonly onHandshakeComplete: (socket: TLSSocket) => void;
  /** Called when a client sent plain HTTP. Data written to its raw socket during this call is still sent. */
  readonly onPlaintextRequest: (client: {
    readonly address: string | undefined;
    readonly port: number | undefined;
  }) => void;
  /** Called when a handshake failed; the connection is then closed. The reason is an error code or a short text. */
  readonly onHandshakeError: (reason: string) => void;
}

/**
 * Returns a function that performs the TLS handshake on an accepted connection. Each call creates new ticket keys, so
 * that a client cannot bypass a changed `clientCa` by resuming an old session.
 */
export function createTlsHandler(settings: TlsSettings, handshakeMs: number, events: TlsEvents): (raw: Socket) => void {
  const { cert, key, clientCa, clientAuthType, minVersion, maxVersion } = settings;
  const server = createServer({
    cert,
    key,
    ...(clientCa === undefined ? {} : { ca: clientCa }),
    requestCert: clientAuthType !== 'NoClientCert',
    rejectUnauthorized: clientAuthType === 'RequireAndVerifyClientCert',
    minVersion,
    maxVersion,
    handshakeTimeout: handshakeMs,
    ALPNProtocols: ['http/1.1'],
    // Renegotiation costs the server much more CPU time than the client, which allows denial of service.
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  });
  server.on('secureConnection', (socket) => {
    if (isClientAuthorized(socket, clientAuthType)) events.onHandshakeComplete(socket);
    else {
      events.onHandshakeError('client certificate missing or not verified');
      socket.destroy();
    }
  });
  server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
    const { remoteAddress, remotePort } = socket;
    if (error.code === 'ERR_SSL_HTTP_REQUEST') events.onPlaintextRequest({ address: remoteAddress, port: remotePort });
    events.onHandshakeError(error.code ?? 'unknown error');
    // Node closes the connection itself, except after a handshake timeout.
    socket.destroy();
  });
  return (raw) => void server.emit('connection', raw);
}

function isClientAuthorized(socket: TLSSocket, clientAuthType: ClientAuthType): boolean {
  const hasCertificate = socket.getPeerX509Certificate() !== undefined;
  switch (clientAuthType) {
    case 'NoClientCert':
    case 'RequestClientCert':
      return true;
    case 'RequireAnyClientCert':
      return hasCertificate;
    case 'VerifyClientCertIfGiven':
      return !hasCertificate || socket.authorized;
    case 'RequireAndVerifyClientCert':
      return hasCertificate && socket.authorized;
  }
}
