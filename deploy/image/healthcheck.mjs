// Checks the exporter on this machine, for the HEALTHCHECK of the image. Exits with status 0 if it is healthy, else 1.
//
//   node healthcheck.mjs [ADDRESS]     as for --web.listen-address; by default POINTONE_WEB_LISTEN_ADDRESS, or :10210
//
// The script does not read --web.config.file, so it tries plain HTTP first and then TLS. It does not verify the
// certificate, which is for the public name of the exporter, because it connects over loopback.
import { request as http } from 'node:http';
import { request as https } from 'node:https';

/** Shorter than the timeout of HEALTHCHECK, so that this script sets the exit status. */
const TIMEOUT_MS = 4_000;

const address = process.argv[2] || process.env.POINTONE_WEB_LISTEN_ADDRESS || ':10210';
const [, bracketed, plain, port] = /^(?:\[(.*)\]|(.*)):(\d+)$/.exec(address) ?? [];
if (port === undefined) {
  process.stderr.write(`healthcheck: invalid address ${address}; expected host:port, [IPv6]:port or :port\n`);
  process.exit(1);
}
const host = bracketed || plain || '127.0.0.1';

/** Resolves to whether the exporter responds. Never rejects. */
function isHealthy(request, options) {
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
    // If the server requires a client certificate, it rejects this client. It is healthy nevertheless, because it took
    // part in the handshake. TLS 1.2 sends an alert during the handshake, TLS 1.3 after it.
    call.on('error', ({ message }) => resolve(handshaken || /\balert\b/.test(message)));
    call.end();
  });
}

setTimeout(() => process.exit(1), TIMEOUT_MS).unref();
const healthy = (await isHealthy(http)) || (await isHealthy(https, { rejectUnauthorized: false }));
process.exit(healthy ? 0 : 1);
