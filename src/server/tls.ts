import { constants } from 'node:crypto';
import type { Socket } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import type { ClientAuthType, TlsSettings } from '../web-config/types.ts';

export interface TlsEvents {
  /** A handshake was completed by a client that may come in. */
  readonly onHandshakeComplete: (socket: TLSSocket) => void;
  /** A client on this address spoke plain HTTP; what is written to its socket now is still sent. */
  readonly onPlaintextRequest: (client: {
    readonly address: string | undefined;
    readonly port: number | undefined;
  }) => void;
  /** A handshake failed; the connection ends. The code is OpenSSL's or Node's. */
  readonly onHandshakeError: (code: string) => void;
}

/**
 * Makes what shakes hands with an accepted connection. It has ticket keys of its own, so that no session of earlier
 * settings can be resumed and go round a changed `clientCa`.
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
    // A client that has the handshake done again and again keeps the processor busy at next to no cost of its own.
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
    // Node ends the connection itself, but not when the handshake took too long.
    socket.destroy();
  });
  return (raw) => void server.emit('connection', raw);
}

function isClientAuthorized(socket: TLSSocket, clientAuthType: ClientAuthType): boolean {
  const given = socket.getPeerX509Certificate() !== undefined;
  switch (clientAuthType) {
    case 'NoClientCert':
    case 'RequestClientCert':
      return true;
    case 'RequireAnyClientCert':
      return given;
    case 'VerifyClientCertIfGiven':
      return !given || socket.authorized;
    case 'RequireAndVerifyClientCert':
      return given && socket.authorized;
  }
}
