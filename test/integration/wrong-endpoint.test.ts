import { expect, it } from 'vitest';
import { createExporter, scrape, simulate } from '../support/exporter.ts';

/** Returns the detail of the logged failure. */
async function detailOf(exporter: Awaited<ReturnType<typeof createExporter>>): Promise<string> {
  expect((await scrape(exporter)).value('pointone_up')).toBe(0);
  const failure = exporter
    .logged()
    .split('\n')
    .find((line) => line.includes('fetch failed'));
  return JSON.parse(failure ?? '{}').detail;
}

it.each([
  ['a trailing slash', '/graphql/', ''],
  ['no path', '/', ''],
  ['another path and a query, which may contain a key', '/api', '?key=hunter2'],
])('an endpoint with %s is named in the failure, with the usual path', async (_mistake, path, query) => {
  const { simulator, user } = await simulate();
  const endpoint = new URL(`${path}${query}`, simulator.url);
  const exporter = await createExporter(simulator, user, { environment: { POINTONE_API_ENDPOINT: endpoint.href } });
  const url = `${endpoint.origin}${path}${query && '?…'}`;
  expect(await detailOf(exporter)).toBe(`HTTP 404; check the endpoint ${url}; its path is usually /graphql`);
  expect(exporter.logged()).not.toContain('hunter2');
});

it.each([
  [{ kind: 'status', status: 404 }, /^HTTP 404; check the endpoint .*\/graphql$/],
  [{ kind: 'status', status: 301 }, /^HTTP 301: .*; check the endpoint .*\/graphql$/],
  [{ kind: 'status', status: 405 }, /^HTTP 405; check the endpoint .*\/graphql$/],
  [
    { kind: 'status', status: 400, body: 'The plain HTTP request was sent to HTTPS port' },
    /^HTTP 400; check the endpoint /,
  ],
  [{ kind: 'errors', code: 'UNAUTHENTICATED', status: 400 }, /^(?!.*endpoint)/],
  [{ kind: 'errors', code: 'GRAPHQL_VALIDATION_FAILED', status: 400 }, /^(?!.*endpoint)/],
  [{ kind: 'status', status: 200, body: 'hello' }, /not JSON; check the endpoint .*\/graphql$/],
  [{ kind: 'status', status: 500 }, /^HTTP 500$/],
  [{ kind: 'status', status: 401 }, /^HTTP 401: (?!.*endpoint)/],
] as const)('the failure %j names the endpoint if that may be wrong', async (fault, detail) => {
  const { simulator, user } = await simulate();
  const exporter = await createExporter(simulator, user);
  simulator.setFault(fault);
  expect(await detailOf(exporter)).toMatch(detail);
});
