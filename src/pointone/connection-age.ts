import type { ClientRequest, Agent as HttpAgent } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * Limits how long the connections of an agent are used. Node resolves a name only to open a connection, so a connection
 * that is always kept would never follow a changed DNS record (https://github.com/nodejs/node/issues/6713).
 *
 * A connection that reaches the limit closes immediately if it is idle, and otherwise after its response.
 *
 * @returns a function to pass each request of the agent through, which notices new connections
 */
export function limitConnectionAge(agent: HttpAgent, maxAgeMs: number): (request: ClientRequest) => ClientRequest {
  const known = new WeakSet<Duplex>();
  const expired = new WeakSet<Duplex>();
  // Node's types do not declare the result: whether the agent keeps the connection.
  const keepSocketAlive = agent.keepSocketAlive.bind(agent) as (socket: Duplex) => boolean;
  agent.keepSocketAlive = (socket) => !expired.has(socket) && keepSocketAlive(socket);

  const isIdle = (socket: Duplex): boolean =>
    Object.values(agent.freeSockets).some((sockets) => sockets?.some((free) => free === socket));
  const startTimer = (socket: Duplex): void => {
    if (known.has(socket)) return;
    known.add(socket);
    const timer = setTimeout(() => {
      expired.add(socket);
      if (isIdle(socket)) socket.destroy();
    }, maxAgeMs);
    // The timer must not keep the process alive.
    timer.unref();
    socket.once('close', () => clearTimeout(timer));
  };
  return (request) => request.once('socket', startTimer);
}
