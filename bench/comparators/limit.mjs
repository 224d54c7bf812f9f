/**
 * The minimum cost of a scrape on Node: bare `node:http` on both sides, one parse, one pass over the tokens into
 * byte buffers, and only the checks that the simulator's responses need. Its output is the same as the exporter's.
 *
 * The comparators are plain JavaScript, so that Node runs them without a loader that costs memory and startup time.
 */
import { Agent, createServer, request } from 'node:http';
import { gzip } from 'node:zlib';

const { families, reasons, statuses, fields, requestBody } = JSON.parse(process.argv[2]);
const { POINTONE_API_ENDPOINT: endpoint, POINTONE_API_TOKEN: credential } = process.env;

const body = Buffer.from(requestBody);
const options = {
  method: 'POST',
  agent: new Agent({ keepAlive: true }),
  headers: {
    'content-type': 'application/json',
    'content-length': body.length,
    authorization: `Bearer ${credential}`,
  },
};
const credentialExpiry = JSON.parse(Buffer.from(credential.split('.')[1], 'base64url').toString()).exp;

// Keep connections open for longer than the longest scrape, which blocks the process: none must count as idle.
createServer({ keepAliveTimeout: 60_000 }, (incoming, response) => {
  if (incoming.url === '/-/healthy') response.end('healthy\n');
  else scrape(incoming, response);
}).listen(0, '127.0.0.1', function () {
  console.log(`listening on http://127.0.0.1:${this.address().port}`);
});

function scrape(incoming, response) {
  const start = performance.now();
  const outgoing = request(endpoint, options, (upstreamResponse) => {
    const chunks = [];
    upstreamResponse.on('data', (chunk) => chunks.push(chunk));
    upstreamResponse.on('end', () => {
      const tokens = JSON.parse(Buffer.concat(chunks).toString()).data.viewPersonalAccessTokens;
      const now = Date.now();
      const skew = (now - Date.parse(upstreamResponse.headers.date)) / 1000;
      send(incoming, response, render(tokens, now, (performance.now() - start) / 1000, skew));
    });
  });
  outgoing.end(body);
}

function send(incoming, response, buffers) {
  response.setHeader('Content-Type', 'text/plain; version=0.0.4; charset=utf-8');
  if (incoming.headers['accept-encoding'] === 'gzip') {
    response.setHeader('Content-Encoding', 'gzip');
    gzip(Buffer.concat(buffers), { level: 1 }, (_error, compressed) => response.end(compressed));
    return;
  }
  response.setHeader(
    'Content-Length',
    buffers.reduce((bytes, { length }) => bytes + length, 0),
  );
  // Cork the response, so that all buffers go to the socket in one write.
  response.cork();
  for (const buffer of buffers) response.write(buffer);
  response.end();
}

function render(tokens, now, duration, skew) {
  const sinks = Object.entries(families).map(([name, { type, help }]) => new Sink(name, type, help));
  const [up, took, errors, failure, last, clock, expiry, count, duplicates, unreadable, ...ofTokens] = sinks;
  const account = '{account="default"';
  up.add(`pointone_up${account}} 1\n`);
  took.add(`pointone_scrape_duration_seconds${account}} ${Math.round(duration * 1e6) / 1e6}\n`);
  for (const reason of reasons) errors.add(`pointone_scrape_errors_total${account},reason="${reason}"} 0\n`);
  for (const reason of reasons) failure.add(`pointone_failure_reason${account},reason="${reason}"} 0\n`);
  last.add(`pointone_last_success_timestamp_seconds${account}} ${now / 1000}\n`);
  clock.add(`pointone_clock_skew_seconds${account}} ${skew}\n`);
  expiry.add(`pointone_credential_expiry_timestamp_seconds${account}} ${credentialExpiry}\n`);
  count.add(`pointone_tokens${account}} ${tokens.length}\n`);
  duplicates.add(`pointone_duplicate_tokens${account}} 0\n`);
  for (const field of fields) unreadable.add(`pointone_unreadable_fields${account},field="${field}"} 0\n`);
  for (const token of tokens) renderToken(token, account, now, ofTokens);
  return sinks.flatMap((sink) => sink.end());
}

function renderToken(token, account, now, [expiresIn, expiry, known, created, status, info]) {
  const createdAt = token.createdAt.replace('.000Z', 'Z');
  const labels = `${account},name="${escapeLabel(token.name)}",role="${token.role}",created_at="${createdAt}"`;
  if (token.expiresAt === null) known.add(`pointone_token_expiry_known${labels}} 0\n`);
  else {
    const expiresAt = Date.parse(token.expiresAt);
    expiresIn.add(`pointone_token_expires_in_seconds${labels}} ${(expiresAt - now) / 1000}\n`);
    expiry.add(`pointone_token_expiry_timestamp_seconds${labels}} ${expiresAt / 1000}\n`);
    known.add(`pointone_token_expiry_known${labels}} 1\n`);
  }
  created.add(`pointone_token_created_timestamp_seconds${labels}} ${Date.parse(token.createdAt) / 1000}\n`);
  for (const value of statuses) {
    status.add(`pointone_token_status${labels},status="${value}"} ${value === token.status ? 1 : 0}\n`);
  }
  const description = escapeLabel(token.description ?? '');
  info.add(`pointone_token_info${labels},description="${description}",status="${token.status}"} 1\n`);
}

const SPECIAL = /[\\"\n]/;

function escapeLabel(value) {
  if (!SPECIAL.test(value)) return value;
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

const BUFFER_BYTES = 256 * 1024;
/** Flush strings of this length. Longer ones outlive the young generation of the garbage collector. */
const STRING_CHARACTERS = 16 * 1024;

/** Collects the text of one metric family in buffers. */
class Sink {
  #text;
  #buffer = Buffer.allocUnsafe(4096);
  #used = 0;
  #full = [];

  constructor(name, type, help) {
    this.#text = `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
  }

  add(text) {
    this.#text += text;
    if (this.#text.length > STRING_CHARACTERS) this.#write();
  }

  #write() {
    // A UTF-16 code unit needs at most three bytes in UTF-8.
    if (this.#used + this.#text.length * 3 > this.#buffer.length) {
      this.#full.push(this.#buffer.subarray(0, this.#used));
      this.#buffer = Buffer.allocUnsafe(BUFFER_BYTES);
      this.#used = 0;
    }
    this.#used += this.#buffer.write(this.#text, this.#used);
    this.#text = '';
  }

  end() {
    this.#write();
    return [...this.#full, this.#buffer.subarray(0, this.#used)];
  }
}
