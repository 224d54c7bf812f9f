import { describe, expect, it, onTestFinished } from 'vitest';
import type { Fault } from '../../simulator/faults.ts';
import { createMasking } from '../../src/diagnose/masking.ts';
import { requestSchema, type SchemaRequestOptions, type SchemaResult } from '../../src/diagnose/schema-request.ts';
import { failedOutcome } from '../../src/model/report.ts';
import { createStatusClassifier } from '../../src/model/status.ts';
import { Connections } from '../../src/pointone/connections.ts';
import { NoProxy } from '../../src/pointone/proxy-bypass.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { simulate } from '../support/exporter.ts';

const HTML = '<html><body>Blocked</body></html>';

/** Requests the schema from a simulator with a fault. Returns the result and the number of requests. */
async function request(
  fault: Fault | undefined,
  differences: Partial<SchemaRequestOptions> = {},
): Promise<{ readonly result: SchemaResult; readonly calls: number }> {
  const { simulator, user } = await simulate();
  if (fault !== undefined) simulator.setFault(fault);
  const endpoint = new URL(simulator.url);
  const connections = new Connections({ https: '', http: '', noProxy: NoProxy.parse('').noProxy });
  onTestFinished(() => connections.close());
  const result = await requestSchema({
    endpoint,
    dispatcher: connections.dispatcherFor(endpoint),
    maxResponseSize: 1_000_000,
    userAgent: 'pointone-token-exporter/1.2.3',
    clock: systemClock,
    classifyStatus: createStatusClassifier(),
    timeoutMs: 5_000,
    credential: user.credential,
    outcome: { ok: true, tokens: [] },
    masking: createMasking([user.credential], { showNames: false }),
    ...differences,
  });
  return { result, calls: simulator.calls.total };
}

describe('the schema', () => {
  it('is read from an API that allows introspection', async () => {
    const { result } = await request(undefined);
    expect(result).toMatchObject({ state: 'read', analysis: { statuses: expect.any(Array) } });
  });

  it.each(['GRAPHQL_VALIDATION_FAILED', 'INTROSPECTION_DISABLED', 'BAD_USER_INPUT', 'BAD_REQUEST'])(
    'is closed if the API refuses the query with %s',
    async (code) => {
      const { result } = await request({ kind: 'errors', code, status: 400 });
      expect(result).toEqual({ state: 'closed', text: `HTTP 400 with ${code}` });
    },
  );

  it.each<[Fault, text: string]>([
    [{ kind: 'errors', code: 'INTERNAL_SERVER_ERROR', status: 500 }, 'HTTP 500 with INTERNAL_SERVER_ERROR'],
    [{ kind: 'errors', code: 'BAD_REQUEST', status: 502 }, 'HTTP 502 with BAD_REQUEST'],
    [{ kind: 'errors', code: 'UNAUTHENTICATED', status: 401 }, 'HTTP 401 without GraphQL data'],
    [{ kind: 'json', value: { errors: [{ message: 'no' }] } }, 'HTTP 200 with an error without a code'],
    [
      { kind: 'json', value: { errors: [{}, { extensions: { code: 'BAD_REQUEST' } }] } },
      'HTTP 200 with an error without a code, BAD_REQUEST',
    ],
    [{ kind: 'json', value: { data: null } }, 'HTTP 200 without GraphQL data'],
    [{ kind: 'reset' }, 'the request failed'],
  ])('is not read because of another failure: %j', async (fault, text) => {
    expect((await request(fault)).result).toEqual({ state: 'unread', text });
  });

  it('is not read from an API that does not respond in time', async () => {
    const { result } = await request({ kind: 'hang' }, { timeoutMs: 200 });
    expect(result).toMatchObject({ state: 'unread' });
  });

  it.each<[Fault, pauseMs: number]>([
    [{ kind: 'status', status: 429 }, 0],
    [{ kind: 'status', status: 429, headers: { 'Retry-After': '30' } }, 30_000],
    [{ kind: 'status', status: 503, headers: { 'Retry-After': '5' } }, 5_000],
  ])('is limited by an API that refuses the second request: %j', async (fault, pauseMs) => {
    const status = 'status' in fault ? fault.status : 0;
    const text = `HTTP ${status}: the API limits requests, and this one came right after the first`;
    expect((await request(fault)).result).toEqual({ state: 'limited', text, pauseMs });
  });

  it('is not read from a web page', async () => {
    const { result } = await request({ kind: 'status', status: 403, body: HTML });
    expect(result).toEqual({ state: 'web page', text: 'HTTP 403 with an HTML page' });
  });
});

describe('no request is sent', () => {
  it.each(['unauthenticated', 'forbidden', 'rate_limited', 'network', 'timeout', 'http', 'credential'] as const)(
    'after a list that failed with %s',
    async (reason) => {
      const { result, calls } = await request(undefined, { outcome: failedOutcome(reason, 'x') });
      expect(result).toMatchObject({ state: 'unread', text: expect.stringContaining('not requested') });
      expect(calls).toBe(0);
    },
  );

  it('without a credential', async () => {
    expect((await request(undefined, { credential: undefined })).calls).toBe(0);
  });
});

it.each(['graphql', 'invalid_response'] as const)(
  'the schema may explain a list that failed with %s, so it is requested',
  async (reason) => {
    const { result, calls } = await request(undefined, { outcome: failedOutcome(reason, 'x') });
    expect([result.state, calls]).toEqual(['read', 1]);
  },
);
