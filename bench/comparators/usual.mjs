/**
 * A typical exporter for Node: express, gauges that live as long as the process, `reset()` and `set()`
 * on each scrape, the global `fetch`, and the text format of prom-client.
 */
import express from 'express';
import { Counter, Gauge, Registry } from 'prom-client';

const { families, reasons, statuses, fields, requestBody } = JSON.parse(process.argv[2]);
const { POINTONE_API_ENDPOINT: endpoint, POINTONE_API_TOKEN: credential } = process.env;

const OF_TOKEN = ['account', 'name', 'role', 'created_at'];
const registry = new Registry();
const up = gauge('pointone_up', ['account']);
const duration = gauge('pointone_scrape_duration_seconds', ['account']);
const errors = new Counter({
  name: 'pointone_scrape_errors_total',
  help: families.pointone_scrape_errors_total.help,
  labelNames: ['account', 'reason'],
  registers: [registry],
});
const failure = gauge('pointone_failure_reason', ['account', 'reason']);
const lastSuccess = gauge('pointone_last_success_timestamp_seconds', ['account']);
const clockSkew = gauge('pointone_clock_skew_seconds', ['account']);
const credentialExpiry = gauge('pointone_credential_expiry_timestamp_seconds', ['account']);
const count = gauge('pointone_tokens', ['account']);
const duplicates = gauge('pointone_duplicate_tokens', ['account']);
const unreadable = gauge('pointone_unreadable_fields', ['account', 'field']);
const ofTokens = {
  expiresIn: gauge('pointone_token_expires_in_seconds', OF_TOKEN),
  expiry: gauge('pointone_token_expiry_timestamp_seconds', OF_TOKEN),
  known: gauge('pointone_token_expiry_known', OF_TOKEN),
  created: gauge('pointone_token_created_timestamp_seconds', OF_TOKEN),
  status: gauge('pointone_token_status', [...OF_TOKEN, 'status']),
  info: gauge('pointone_token_info', [...OF_TOKEN, 'description', 'status']),
};
for (const reason of reasons) errors.inc({ account: 'default', reason }, 0);

function gauge(name, labelNames) {
  return new Gauge({ name, help: families[name].help, labelNames, registers: [registry] });
}

async function update() {
  const start = performance.now();
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${credential}` },
    body: requestBody,
  });
  const { data } = await response.json();
  const tokens = data.viewPersonalAccessTokens;
  const now = Date.now();
  const account = 'default';
  up.set({ account }, 1);
  for (const reason of reasons) failure.set({ account, reason }, 0);
  duration.set({ account }, (performance.now() - start) / 1000);
  lastSuccess.set({ account }, now / 1000);
  clockSkew.set({ account }, (now - Date.parse(response.headers.get('date'))) / 1000);
  credentialExpiry.set({ account }, JSON.parse(Buffer.from(credential.split('.')[1], 'base64url').toString()).exp);
  count.set({ account }, tokens.length);
  duplicates.set({ account }, 0);
  for (const field of fields) unreadable.set({ account, field }, 0);

  for (const family of Object.values(ofTokens)) family.reset();
  for (const token of tokens) {
    const labels = {
      account,
      name: token.name,
      role: token.role,
      created_at: token.createdAt.replace('.000Z', 'Z'),
    };
    if (token.expiresAt !== null) {
      const expiresAt = Date.parse(token.expiresAt);
      ofTokens.expiresIn.set(labels, (expiresAt - now) / 1000);
      ofTokens.expiry.set(labels, expiresAt / 1000);
    }
    ofTokens.known.set(labels, token.expiresAt === null ? 0 : 1);
    ofTokens.created.set(labels, Date.parse(token.createdAt) / 1000);
    for (const status of statuses) ofTokens.status.set({ ...labels, status }, status === token.status ? 1 : 0);
    ofTokens.info.set({ ...labels, description: token.description ?? '', status: token.status }, 1);
  }
}

const app = express();
app.get('/metrics', async (_request, response) => {
  await update();
  response.set('Content-Type', registry.contentType);
  response.end(await registry.metrics());
});
app.get('/-/healthy', (_request, response) => {
  response.send('healthy\n');
});
const server = app.listen(0, '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
// Keep connections open for longer than the longest scrape, which blocks the process: none must count as idle.
server.keepAliveTimeout = 60_000;
