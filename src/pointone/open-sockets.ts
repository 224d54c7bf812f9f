import { Socket } from 'node:net';
import type { buildConnector } from 'undici';

/**
 * The sockets that connectors have opened, until they are closed. A signal for all of them would do, but Node keeps a
 * listener on it, and with it the socket, for each connection there ever was.
 */
export class OpenSockets {
  readonly #sockets = new Set<Socket>();

  /** The same connector, its sockets remembered. */
  tracked(connect: buildConnector.connector): buildConnector.connector {
    return (options, callback) => {
      // undici's connectors give their socket back while it is still connecting; their types do not say so.
      const socket: unknown = connect(options, callback);
      if (!(socket instanceof Socket)) return;
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    };
  }

  /** Ends them all, those as well that are still connecting. */
  destroy(): void {
    for (const socket of this.#sockets) socket.destroy(new Error('the exporter ends its connections'));
  }
}
