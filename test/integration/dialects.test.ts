import request from 'supertest';
import { expect, onTestFinished, test } from 'vitest';
import { DIALECTS, type Dialect, spellToken } from '../../simulator/dialects.ts';
import { startSimulator } from '../../simulator/server.ts';
import { createClock, SimulatorState } from '../../simulator/state.ts';
import { type SimulatedToken, statusAt } from '../../simulator/token.ts';
import { createExporter, manualClock, scrape } from '../support/exporter.ts';

const DAY = 86_400_000;
const LIST = '{ viewPersonalAccessTokens { name description role status createdAt expiresAt } }';
const TYPES = `{
  token: __type(name: "PersonalAccessToken") {
    fields(includeDeprecated: true) { name type { kind name ofType { kind name } } }
  }
  status: __type(name: "TokenStatus") { enumValues(includeDeprecated: true) { name } }
  role: __type(name: "TokenRole") { enumValues(includeDeprecated: true) { name } }
}`;

interface Reply {
  data?: Record<string, unknown> | null;
  errors?: { message: string; locations?: object[]; extensions: object }[];
}

/**
 * Starts a simulator of a dialect, with a read-write credential that is not listed and a token in each state. Its clock
 * moves only on request, so that a slow machine does not end the window of a rate limit.
 */
async function startDialect(dialect: Dialect, options: { cacheResponses?: boolean } = {}) {
  const startedAt = Date.now();
  const state = new SimulatorState(createClock(() => startedAt));
  const simulator = await startSimulator({ dialect, state, ...options });
  onTestFinished(() => simulator.close());
  const user = state.addUser('fleet-eu', { listed: false, role: 'ROLE_READ_WRITE' });
  const now = state.clock.now();
  user.add({ name: 'active', description: 'd', createdAt: now - 80 * DAY, expiresAt: now + 10 * DAY });
  user.add({ name: 'expired', role: 'ROLE_READ_ONLY', createdAt: now - 80 * DAY, expiresAt: now - 3 * DAY });
  user.revoke(user.add({ name: 'revoked', createdAt: now - 80 * DAY, expiresAt: now + 30 * DAY }));

  const post = (query: string, credential = user.credential, headers: Record<string, string> = {}) =>
    fetch(simulator.url, {
      method: 'POST',
      body: JSON.stringify({ query }),
      headers: {
        'Content-Type': 'application/json',
        'User-Agent': 'pointone-token-exporter/1.2.3',
        Authorization: `Bearer ${credential}`,
        ...headers,
      },
    });
  /** Sends a request that no rate limit rejects. */
  const run = async (query: string, credential?: string): Promise<Reply & { status: number }> => {
    state.clock.advance(60_000);
    const response = await post(query, credential);
    return { status: response.status, ...((await response.json()) as Reply) };
  };
  const control = (method: string, body: unknown) =>
    fetch(`${simulator.controlUrl}state`, { method, body: JSON.stringify(body) });
  return { simulator, state, user, post, run, control };
}

/** Returns one field of each token in the list. */
function fieldOf(reply: Reply, field: string): unknown[] {
  const list = reply.data?.['viewPersonalAccessTokens'] as Record<string, unknown>[];
  return list.map((token) => token[field]);
}

test.each(DIALECTS)('%s: the list contains each listed token as spellToken spells it', async (dialect) => {
  const { state, user, run } = await startDialect(dialect);
  const { status, data } = await run(LIST);
  const listed = dialect === 'unlisted-when-dead' ? user.tokens.slice(0, 1) : user.tokens;
  const expected = listed.map((token) => spellToken(dialect, { ...token, status: statusAt(token, state.clock.now()) }));
  expect(status).toBe(200);
  expect(data).toEqual({ viewPersonalAccessTokens: expected });
});

const OPEN = DIALECTS.filter((dialect) => dialect !== 'introspection-closed');

test.each(OPEN)('%s: the schema has the fields of a token, and the spelling of the list', async (dialect) => {
  const { run } = await startDialect(dialect);
  const { data, errors } = await run(TYPES);
  expect(errors).toBeUndefined();
  const value = (prefix: string, name: string) => {
    if (dialect === 'lower-case') return { name: name.toLowerCase() };
    return { name: dialect === 'prefixed-enums' ? `${prefix}${name}` : name };
  };
  const field = (name: string, kind: string, type: string) => ({ name, type: { kind, name: type, ofType: null } });
  expect(data).toEqual({
    token: {
      fields: [
        field('name', 'SCALAR', 'String'),
        field('description', 'SCALAR', 'String'),
        field('role', 'ENUM', 'TokenRole'),
        field('status', 'ENUM', 'TokenStatus'),
        field('createdAt', 'SCALAR', 'DateTime'),
        field('expiresAt', 'SCALAR', 'DateTime'),
      ],
    },
    status: { enumValues: ['ACTIVE', 'EXPIRED', 'REVOKED'].map((name) => value('TOKEN_STATUS_', name)) },
    role: { enumValues: ['ROLE_READ_ONLY', 'ROLE_READ_WRITE'].map((name) => value('TOKEN_', name)) },
  });
});

test.each([
  ['__schema', '{ __schema { queryType { name } } }', 1],
  ['__type', TYPES, 3],
])('introspection-closed: each use of %s gets the error of Apollo Server', async (_, query, count) => {
  const { run } = await startDialect('introspection-closed');
  const { status, errors = [], ...rest } = await run(query);
  expect(status).toBe(400);
  expect(rest).toEqual({});
  expect(errors).toHaveLength(count);
  expect(errors[0]?.extensions).toEqual({
    code: 'GRAPHQL_VALIDATION_FAILED',
    validationErrorCode: 'INTROSPECTION_DISABLED',
  });
  expect(errors[0]?.message).toMatch(/^GraphQL introspection is not allowed by Apollo Server/);
  expect(errors[0]?.locations).toHaveLength(1);
});

test('introspection-closed: __typename is allowed', async () => {
  const { run } = await startDialect('introspection-closed');
  expect(await run('{ __typename }')).toEqual({ status: 200, data: { __typename: 'Query' } });
});

test.each(DIALECTS)('%s: mutations create, revoke and delete tokens', async (dialect) => {
  const { user, run } = await startDialect(dialect);
  const role = { 'prefixed-enums': 'TOKEN_ROLE_READ_WRITE', 'lower-case': 'role_read_write' }[dialect as string];
  const create = await run(
    `mutation { createPersonalAccessToken(name: "new", role: ${role ?? 'ROLE_READ_WRITE'}, expiryInDays: 30) }`,
  );
  expect(create.errors).toBeUndefined();
  expect(user.tokens.at(-1)).toMatchObject({ name: 'new', role: 'ROLE_READ_WRITE', status: 'ACTIVE' });
  const credential = create.data?.['createPersonalAccessToken'] as string;
  expect(fieldOf(await run(LIST, credential), 'name')).toContain('new');

  const defaultRole = await run('mutation { createPersonalAccessToken(name: "reader") }', credential);
  expect(defaultRole.errors).toBeUndefined();
  expect(user.tokens.at(-1)).toMatchObject({ name: 'reader', role: 'ROLE_READ_ONLY' });

  const revoke = await run('mutation { revokePersonalAccessToken(name: "new") }');
  expect(revoke.data).toEqual({ revokePersonalAccessToken: true });
  expect((await run(LIST, credential)).status).toBe(401);
  const remove = await run('mutation { deletePersonalAccessToken(name: "active") }');
  expect(remove.data).toEqual({ deletePersonalAccessToken: true });
  expect(fieldOf(await run(LIST), 'name')).not.toContain('active');
});

test.each(['prefixed-enums', 'lower-case'] as const)(
  '%s: the documented spelling of a role is invalid',
  async (dialect) => {
    const { run } = await startDialect(dialect);
    const reply = await run('mutation { createPersonalAccessToken(name: "new", role: ROLE_READ_WRITE) }');
    expect(reply).toMatchObject({ status: 400, errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] });
  },
);

test.each(DIALECTS)('%s: a wrong credential gets 401', async (dialect) => {
  const { run } = await startDialect(dialect);
  expect(await run(LIST, 'wrong')).toMatchObject({
    status: 401,
    errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
  });
});

test('strict-rate-limit: the second call gets 429 until the simulated clock passes Retry-After', async () => {
  const { state, post } = await startDialect('strict-rate-limit');
  expect((await post(LIST)).status).toBe(200);
  const second = await post(LIST);
  expect(second.status).toBe(429);
  expect(await second.json()).toMatchObject({ errors: [{ extensions: { code: 'RATE_LIMITED' } }] });
  const wait = Number(second.headers.get('Retry-After'));
  expect(wait).toBe(10);
  expect(second.headers.get('RateLimit-Remaining')).toBe('0');
  state.clock.advance(wait * 1000);
  const third = await post(LIST);
  expect([third.status, third.headers.get('X-RateLimit-Limit')]).toEqual([200, '1']);
  const other = await post(LIST, 'wrong');
  expect([other.status, other.headers.get('RateLimit-Limit')]).toEqual([401, '1']);
});

test('waf: a page replaces the response on every path, also while a fault is active, and spares the control API', async () => {
  const { simulator, post, control } = await startDialect('waf');
  simulator.setFault({ kind: 'status', status: 503 }, { times: 1 });
  const tool = await post(LIST, undefined, { 'User-Agent': 'curl/8.14.1' });
  expect([tool.status, tool.headers.get('Server'), tool.headers.get('Content-Type')]).toEqual([
    403,
    'cloudflare',
    'text/html; charset=UTF-8',
  ]);
  expect((await fetch(new URL('/', simulator.url))).status).toBe(403);
  const faulty = await post(LIST);
  expect([faulty.status, faulty.headers.get('Server'), faulty.headers.has('CF-RAY')]).toEqual([
    503,
    'cloudflare',
    true,
  ]);
  expect(simulator.calls.total).toBe(2);
  const state = await control('PATCH', {});
  expect([state.status, state.headers.has('Server')]).toEqual([200, false]);
});

test('the control API shows and changes the dialect and the extra statuses, and the cache does not mix dialects', async () => {
  const { simulator, run, control } = await startDialect('documented', { cacheResponses: true });
  const statuses = async () => fieldOf(await run(LIST), 'status');
  const schema = async () => (await run(TYPES)).data?.['status'];
  expect(await statuses()).toEqual(['ACTIVE', 'EXPIRED', 'REVOKED']);
  const changed = await control('PATCH', { dialect: 'lower-case' });
  expect(await changed.json()).toEqual({ dialect: 'lower-case', extraStatuses: [] });
  expect(await statuses()).toEqual(['active', 'expired', 'revoked']);
  const values = [{ name: 'active' }, { name: 'expired' }, { name: 'revoked' }];
  expect(await schema()).toEqual({ enumValues: values });
  await control('PATCH', { extraStatuses: ['SUSPENDED'] });
  expect(await schema()).toEqual({ enumValues: [...values, { name: 'suspended' }] });
  expect(await statuses()).toEqual(['active', 'expired', 'revoked']);
  const state = await fetch(`${simulator.controlUrl}state`);
  expect(await state.json()).toMatchObject({ dialect: 'lower-case', extraStatuses: ['SUSPENDED'] });
});

test.each(DIALECTS)(
  '%s: the exporter reads every listed token, and finds nothing unreadable or unknown',
  async (dialect) => {
    const { simulator, user } = await startDialect(dialect);
    const metrics = await scrape(await createExporter(simulator, user));
    const dead = dialect !== 'unlisted-when-dead';
    expect(metrics.value('pointone_up')).toBe(1);
    expect(metrics.value('pointone_tokens')).toBe(dead ? 3 : 1);
    const read = (name: string) => metrics.samples.filter((sample) => sample.name === name);
    const unreadable = read('pointone_unreadable_fields');
    expect(unreadable.length).toBeGreaterThan(0);
    expect(unreadable.filter(({ value }) => value !== 0)).toEqual([]);
    const classes = read('pointone_token_status').filter(({ value }) => value === 1);
    expect(classes.map(({ labels }) => [labels['name'], labels['status']]).sort()).toEqual(
      [
        ['active', 'ACTIVE'],
        ['expired', 'EXPIRED'],
        ['revoked', 'REVOKED'],
      ].slice(0, dead ? 3 : 1),
    );
    const expiry = user.tokens[0]?.expiresAt ?? Number.NaN;
    expect(metrics.value('pointone_token_expiry_timestamp_seconds', { name: 'active' })).toBe(
      (dialect === 'date-only' ? Math.floor(expiry / DAY) * DAY : expiry) / 1000,
    );
  },
);

test.each(DIALECTS)(
  '%s: the status page shows the expiring token as such, with its status as the API spells it',
  async (dialect) => {
    const { simulator, state, user } = await startDialect(dialect);
    const { app } = await createExporter(simulator, user);
    const { text } = await request(app).get('/');
    const row = /<tr role="row" class="warning">.*?<\/tr>/s.exec(text)?.[0] ?? '';
    expect(row).toContain('<bdi>active</bdi>');
    const [token] = user.tokens as [SimulatedToken];
    const { status } = spellToken(dialect, { ...token, status: statusAt(token, state.clock.now()) });
    expect(row).toContain(`<bdi>${status}</bdi>`);
    expect(text).not.toContain('unknown to the exporter');
  },
);

test('strict-rate-limit: the exporter reports a second scrape as rate limited and reads the next minute', async () => {
  const { simulator, user } = await startDialect('strict-rate-limit');
  const clock = manualClock();
  const exporter = await createExporter(simulator, user, { clock });
  const up = async () => (await scrape(exporter)).value('pointone_up');
  expect(await up()).toBe(1);
  const limited = await scrape(exporter);
  expect(limited.value('pointone_scrape_errors_total', { reason: 'rate_limited' })).toBe(1);
  expect(limited.value('pointone_up')).toBe(0);
  clock.advance(60_000);
  simulator.state.clock.advance(60_000);
  expect(await up()).toBe(1);
});
