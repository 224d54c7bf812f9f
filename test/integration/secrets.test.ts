import request from 'supertest';
import { expect, it } from 'vitest';
import type { Fault } from '../../simulator/faults.ts';
import { createExporter, simulate } from '../support/exporter.ts';

const FAULTS: readonly Fault[] = [
  { kind: 'echo-credential' },
  { kind: 'echo-credential', status: 200 },
  { kind: 'echo-credential', status: 400 },
  { kind: 'echo-credential', status: 401 },
  { kind: 'echo-credential', status: 403 },
  { kind: 'echo-credential', status: 429 },
  { kind: 'errors', code: 'UNAUTHENTICATED' },
  { kind: 'null-list' },
  { kind: 'hang' },
  { kind: 'reset' },
  { kind: 'half-body' },
  { kind: 'malformed-http' },
  { kind: 'wrong-length', declared: 1 },
  { kind: 'encoded', encoding: 'gzip' },
  { kind: 'oversized', bytes: 10_000 },
];

it('the credential never appears in responses or the log, for any failure at log level debug', async () => {
  const { simulator, user } = await simulate();
  const canary = user.credential;
  const exporter = await createExporter(simulator, user, {
    args: ['--api.timeout=150ms', '--api.max-response-size=1KiB'],
  });
  let served = '';
  for (const fault of FAULTS) {
    simulator.setFault(fault);
    for (const path of ['/metrics', '/probe?account=default', '/', `/${canary.slice(0, 10)}`]) {
      const { text, headers } = await request(exporter.app).get(path).buffer(true);
      served += text + JSON.stringify(headers);
    }
  }
  // Verify first that the canary is the credential that was sent.
  expect(simulator.calls.authorizations).toContain(`Bearer ${canary}`);
  expect(exporter.logged()).toContain('fetch failed');
  for (const part of canary.split('.')) {
    expect(exporter.logged()).not.toContain(part);
    expect(served).not.toContain(part);
  }
});
