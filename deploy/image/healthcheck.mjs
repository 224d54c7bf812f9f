// Whether the exporter on this machine lives, for the HEALTHCHECK of the image: exit status 0 or 1.
//
//   node healthcheck.mjs [ADDRESS]     as for --web.listen-address; by default POINTONE_WEB_LISTEN_ADDRESS, or :10210
//
// It knows nothing of --web.config.file, and so it tries plain http first and then TLS. The certificate is not verified:
// it is for the name by which others reach the exporter, and this is loopback.
import { request as http } from 'node:http';
import { request as https } from 'node:https';

/** Below the time-out of HEALTHCHECK, so that the answer is ours. */
const PATIENCE_MS = 4_000;

const address = process.argv[2] || process.env.POINTONE_WEB_LISTEN_ADDRESS || ':10210';
const [, bracketed, plain, port] = /^(?:\[(.*)\]|(.*)):(\d+)$/.exec(address) ?? [];
if (port === undefined) {
  process.stderr.write(`healthcheck: ${address} is no address; expected host:port, [IPv6]:port or :port\n`);
  process.exit(1);
}
const host = bracketed || plain || '127.0.0.1';

/** Resolves with whether somebody alive answered; never rejects. */
function answers(request, options) {
  return new Promise((resolve) => {
    let handshaken = false;
    const call = request({ host, port, path: '/-/healthy', agent: false, ...options }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    call.on('socket', (socket) => {
      socket.once('secureConnect', () => {
        handshaken = true;
      });
    });
    // Where a client certificate is demanded, we have none: a server that takes part in the handshake and then turns us
    // away is alive. TLS 1.2 says so by an alert within the handshake, TLS 1.3 after it.
    call.on('error', ({ message }) => resolve(handshaken || /\balert\b/.test(message)));
    call.end();
  });
}

setTimeout(() => process.exit(1), PATIENCE_MS).unref();
const alive = (await answers(http)) || (await answers(https, { rejectUnauthorized: false }));
process.exit(alive ? 0 : 1);
