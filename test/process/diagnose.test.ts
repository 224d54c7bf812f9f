import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Fault } from '../../simulator/faults.ts';
import { startSimulator } from '../../simulator/server.ts';
import { simulate, temporaryFolder } from '../support/exporter.ts';
import { type ExitResult, run } from '../support/exporter-process.ts';
import { freePort } from '../support/free-port.ts';
import { CA_FILE, listen, startProxy, terminateTls } from '../support/network.ts';
import { startSilentServer } from '../support/unresponsive-servers.ts';

const CANARY = 'canary7f3a';

/** Simulates an account with a canary in every field that the API returns, and in its names of files. */
async function world() {
  const { simulator, user } = await simulate();
  user.add({ name: `${CANARY}-caster`, description: `${CANARY} of the caster` });
  user.add({ name: `${CANARY}-odd`, odd: { role: `${CANARY}.role`, status: `${CANARY} status`, createdAt: CANARY } });
  user.add({ name: CANARY, odd: { expiresAt: `${CANARY}-07-08`, description: [CANARY] } });
  return { simulator, user, environment: { POINTONE_API_TOKEN: user.credential } };
}

/** Simulates an account whose list contains the exporter's own token and another one. */
async function ordinaryWorld() {
  const simulator = await startSimulator();
  onTestFinished(() => simulator.close());
  const user = simulator.state.addUser('user-1');
  // Created at another time than the exporter's own token, which is recognized by its times.
  const other = { name: CANARY, description: CANARY, createdAt: Date.now() - 86_400_000 };
  return { simulator, user, other: user.add(other) };
}

/** Runs the command and checks that its output contains neither names nor any part of the credential. */
async function diagnose(environment: Record<string, string>, credential: string, args: readonly string[] = []) {
  const result = await run(['diagnose', ...args], environment);
  const output = result.stdout + result.stderr;
  expect(output).not.toContain(CANARY);
  for (const part of credential.split('.')) expect(output).not.toContain(part.slice(-12));
  expect(result.stderr).toBe('');
  for (const line of result.stdout.split('\n')) {
    if (!/^ {6}(--api\.status|or POINTONE_API_STATUS)/.test(line)) expect(line.length).toBeLessThanOrEqual(100);
  }
  return { ...result, steps: stepsOf(result), text: result.stdout.replace(/\s+/g, ' ') };
}

/** Returns the state of each step, in order. */
function stepsOf({ stdout }: ExitResult): Record<string, string> {
  const rows = stdout.matchAll(
    /^ {2}(credential|proxy|resolve|connect|TLS|response|body|list) +(ok|FAILED|not reached)/gm,
  );
  return Object.fromEntries(Array.from(rows, ([, step = '', state = '']) => [step, state]));
}

describe('diagnose of an API that responds as expected', () => {
  it('exits with 0 and says that everything is understood', async () => {
    const { simulator, user } = await ordinaryWorld();
    const environment = { POINTONE_API_ENDPOINT: simulator.url, POINTONE_API_TOKEN: user.credential };
    const { code, steps, text } = await diagnose(environment, user.credential);
    expect(steps).toEqual({ credential: 'ok', resolve: 'ok', connect: 'ok', response: 'ok', body: 'ok', list: 'ok' });
    expect(text).toContain('everything in it is understood');
    expect(code).toBe(0);
  });

  it('sends the query of a scrape and one for the schema, and nothing else', async () => {
    const { simulator, user, environment } = await world();
    await diagnose({ ...environment, POINTONE_API_ENDPOINT: simulator.url }, user.credential);
    expect(simulator.calls.total).toBe(2);
  });

  it('shows addresses, TLS version and certificate of an https endpoint', async () => {
    const { simulator, user, environment } = await world();
    const port = await terminateTls(simulator.port);
    const { steps, text } = await diagnose(
      { ...environment, POINTONE_API_ENDPOINT: `https://localhost:${port}/graphql`, NODE_EXTRA_CA_CERTS: CA_FILE },
      user.credential,
    );
    expect(steps).toMatchObject({ resolve: 'ok', connect: 'ok', TLS: 'ok', list: 'ok' });
    expect(text).toMatch(/resolve ok \d+ ms \d address(es)?: \S*127\.0\.0\.1/);
    expect(text).toContain(`connect ok`);
    expect(text).toMatch(/TLS ok \d+ ms TLSv1\.3, certificate of .+, issued by .+, valid until \d{4}-\d\d-\d\d/);
  });

  it('shows the tunnel of a proxy', async () => {
    const { simulator, user, environment } = await world();
    const proxy = await startProxy(await terminateTls(simulator.port));
    const { steps, text } = await diagnose(
      {
        ...environment,
        NODE_EXTRA_CA_CERTS: CA_FILE,
        POINTONE_API_ENDPOINT: 'https://api.pointone.test/graphql',
        HTTPS_PROXY: `http://user:${CANARY}@127.0.0.1:${proxy.port}`,
      },
      user.credential,
    );
    expect(steps).toEqual({ credential: 'ok', proxy: 'ok', TLS: 'ok', response: 'ok', body: 'ok', list: 'ok' });
    expect(text).toContain(`proxy 127.0.0.1:${proxy.port}`);
  });
});

describe('diagnose of an API that differs', () => {
  it('names what it does not understand, and the setting for it', async () => {
    const { simulator, user } = await ordinaryWorld();
    user.add({ name: CANARY, createdAt: Date.now() - 2 * 86_400_000, odd: { status: 'DISABLED' } });
    const environment = {
      POINTONE_API_ENDPOINT: simulator.url,
      POINTONE_API_TOKEN: user.credential,
      POINTONE_API_STATUS_REVOKED: 'HELD',
    };
    const { code, text } = await diagnose(environment, user.credential);
    expect(text).toContain('--api.status.revoked=HELD,DISABLED');
    expect(text).toContain('POINTONE_API_STATUS_REVOKED=HELD,DISABLED');
    expect(code).toBe(1);

    const configured = { ...environment, POINTONE_API_STATUS_REVOKED: 'HELD,DISABLED' };
    expect((await diagnose(configured, user.credential)).code).toBe(0);
  });

  it('does not accept a setting that counts every token as revoked: the credential has just worked', async () => {
    const { simulator, user } = await ordinaryWorld();
    for (const token of user.tokens) token.odd = { status: 'NORMAL' };
    const environment = { POINTONE_API_ENDPOINT: simulator.url, POINTONE_API_TOKEN: user.credential };
    const { code, text } = await diagnose({ ...environment, POINTONE_API_STATUS_REVOKED: 'NORMAL' }, user.credential);
    expect(text).toMatch(/has the status NORMAL, which counts as revoked.*Remove NORMAL from --api\.status\.revoked/);
    expect(text).toContain('the exporter watches none');
    expect(code).toBe(1);

    const configured = { ...environment, POINTONE_API_STATUS_ACTIVE: 'NORMAL' };
    expect((await diagnose(configured, user.credential)).code).toBe(0);
  });

  it('judges expiries by the clock of the API, and does not accept a wrong clock', async () => {
    const { simulator, user } = await ordinaryWorld();
    user.add({ name: CANARY, createdAt: Date.now() - 3e9, expiresAt: Date.now() + 3_600_000 });
    simulator.state.clock.advance(7_200_000);
    const environment = { POINTONE_API_ENDPOINT: simulator.url, POINTONE_API_TOKEN: user.credential };
    const { code, text } = await diagnose(environment, user.credential);
    expect(text).toMatch(/clock 1h 59m \d+s? ?behind|behind that of the API/);
    expect(text).toContain('past expiry 1 (#3)');
    expect(code).toBe(1);
  });

  it('counts a field with an error beside the list as unreadable', async () => {
    const { simulator, user } = await ordinaryWorld();
    simulator.setFault({ kind: 'field-error', index: 1, field: 'expiresAt' });
    const environment = { POINTONE_API_ENDPOINT: simulator.url, POINTONE_API_TOKEN: user.credential };
    const { code, text } = await diagnose(environment, user.credential);
    expect(text).toMatch(/expiresAt 1 0 0 1 /);
    expect(text).toContain('expiresAt is unreadable for 1 of 2 tokens (#2): null with an error');
    expect(text).toContain('errors beside the list (INTERNAL_SERVER_ERROR)');
    expect(code).toBe(1);
  });

  it('hides a path of the endpoint that is not made of words', async () => {
    const { simulator, user, environment } = await world();
    const endpoint = `${simulator.url}/${CANARY}/0a1b2c3d`;
    const { text } = await diagnose({ ...environment, POINTONE_API_ENDPOINT: endpoint }, user.credential);
    expect(text).toMatch(/endpoint http:\S+\/…/);
    expect(text).toMatch(/check the endpoint http:\S+\/…;/);
  });

  it('shows names only with --show-names, and never the credential', async () => {
    const { simulator, user, environment } = await world();
    const { stdout } = await run(['diagnose', '--show-names'], {
      ...environment,
      POINTONE_API_ENDPOINT: simulator.url,
    });
    expect(stdout).toContain('Do not publish it');
    expect(stdout).toContain('Account 1 of 1: default');
    for (const part of user.credential.split('.')) expect(stdout).not.toContain(part.slice(-12));
  });

  it.each([
    ['a body', { kind: 'echo-credential', status: 200 }],
    ['a status line and a header', { kind: 'echo-credential', status: 401 }],
    ['an error', { kind: 'echo-credential' }],
  ] as const)('does not repeat a credential that the API returns in %s', async (_, fault) => {
    const { simulator, user, environment } = await world();
    simulator.setFault(fault);
    const { code } = await diagnose({ ...environment, POINTONE_API_ENDPOINT: simulator.url }, user.credential);
    expect(code).toBe(1);
  });
});

describe('diagnose of a fault', () => {
  const HTML = '<html><body>Blocked</body></html>';

  it.each<[string, Fault, step: string, says: RegExp]>([
    [
      'a refused credential',
      { kind: 'errors', code: 'UNAUTHENTICATED', status: 401 },
      'response',
      /unauthenticated.*Check in Point One's interface/,
    ],
    ['a forbidden list', { kind: 'errors', code: 'FORBIDDEN', status: 403 }, 'response', /forbidden.*token whose role/],
    [
      'an HTML page with 403',
      { kind: 'status', status: 403, body: HTML },
      'response',
      /HTTP 403 with an HTML page.*firewall/,
    ],
    [
      'a rate limit',
      { kind: 'status', status: 429, headers: { 'Retry-After': '30' } },
      'response',
      /rate_limited.*retry-after gives/,
    ],
    ['a rate limit without a pause', { kind: 'status', status: 429 }, 'response', /does not say for how long/],
    [
      'a rate limit with 403',
      { kind: 'status', status: 403, headers: { 'Retry-After': '30' } },
      'response',
      /rate_limited/,
    ],
    ['an internal error', { kind: 'status', status: 500 }, 'response', /HTTP 500.*status\.pointonenav\.com/],
    ['a wrong path', { kind: 'status', status: 404 }, 'response', /HTTP 404.*Check --api\.endpoint/],
    [
      'a redirect',
      { kind: 'status', status: 302, headers: { Location: '/login' } },
      'response',
      /redirects are not followed.*could lead the token to another server/,
    ],
    [
      'a proxy that wants a password',
      { kind: 'status', status: 407 },
      'response',
      /HTTP 407.*Set its user and password.*NO_PROXY/,
    ],
    ['GraphQL errors', { kind: 'errors' }, 'response', /graphql.*newer version/],
    ['a list that is null', { kind: 'null-list' }, 'list', /does not mean "no tokens"/],
    ['a web page with 200', { kind: 'body', body: HTML }, 'list', /HTML page instead of JSON/],
    ['a body that is not JSON', { kind: 'body', body: CANARY }, 'list', /the body is not JSON/],
    ['half a body', { kind: 'half-body' }, 'body', /bytes arrived after HTTP 200.*broke off/],
    [
      'a body that is too large',
      { kind: 'oversized', bytes: 9_000_000 },
      'list',
      /Raise --api\.max-response-size \(now 8MiB\)/,
    ],
    ['a compressed body', { kind: 'encoded', encoding: 'gzip' }, 'list', /compression was not requested/],
    ['a connection that is reset', { kind: 'reset' }, 'response', /ECONNRESET.*No valid response/],
    ['something that is not HTTP', { kind: 'malformed-http' }, 'response', /the response is not HTTP/],
    ['a response that never comes', { kind: 'hang' }, 'response', /no complete response within 0\.5 s.*--api\.timeout/],
    ['a body that stalls', { kind: 'stall-body' }, 'body', /no complete response within 0\.5 s.*bytes arrived/],
  ])('names the step that fails with %s, and what to do', async (_, fault, step, says) => {
    const { simulator, user, environment } = await world();
    simulator.setFault(fault);
    const timeout = fault.kind === 'hang' || fault.kind === 'stall-body' ? { POINTONE_API_TIMEOUT: '500ms' } : {};
    const result = await diagnose(
      { ...environment, ...timeout, POINTONE_API_ENDPOINT: simulator.url },
      user.credential,
    );
    expect(failedSteps(result)).toEqual([step]);
    // The schema is requested only if the API accepted the credential and responded.
    expect(simulator.calls.total).toBe(step === 'list' || /graphql/.test(says.source) ? 2 : 1);
    expect(result.text).toMatch(says);
    expect(result.code).toBe(1);
  });

  it('names the step "resolve" if the host name does not resolve', async () => {
    const { user, environment } = await world();
    const result = await diagnose(
      { ...environment, POINTONE_API_ENDPOINT: 'https://api.pointone.invalid/graphql' },
      user.credential,
    );
    expect(failedSteps(result)).toEqual(['resolve']);
    expect(result.text).toMatch(/(ENOTFOUND|EAI_AGAIN) at api\.pointone\.invalid.*DNS server.*HTTPS_PROXY/);
    expect(result.code).toBe(1);
  });

  it('names the step "connect" and each address if no server listens', async () => {
    const { user, environment } = await world();
    const port = await freePort();
    const result = await diagnose(
      { ...environment, POINTONE_API_ENDPOINT: `http://localhost:${port}/graphql` },
      user.credential,
    );
    expect(failedSteps(result)).toEqual(['connect']);
    expect(result.text).toMatch(/127\.0\.0\.1 \(ECONNREFUSED\).*firewall/);
    expect(result.code).toBe(1);
  });

  it('names the step "TLS" and shows the certificate if its authority is unknown', async () => {
    const { simulator, user, environment } = await world();
    const port = await terminateTls(simulator.port);
    const result = await diagnose(
      { ...environment, POINTONE_API_ENDPOINT: `https://localhost:${port}/graphql` },
      user.credential,
    );
    expect(failedSteps(result)).toEqual(['TLS']);
    expect(result.text).toMatch(/The server sent: TLSv1\.3, certificate of .+, issued by .+NODE_EXTRA_CA_CERTS/);
    expect(simulator.calls.total).toBe(0);
    expect(result.code).toBe(1);
  });

  it('names the step "TLS" if the server does not speak TLS', async () => {
    const { simulator, user, environment } = await world();
    const result = await diagnose(
      { ...environment, POINTONE_API_ENDPOINT: simulator.url.replace('http:', 'https:') },
      user.credential,
    );
    expect(failedSteps(result)).toEqual(['TLS']);
    expect(result.code).toBe(1);
  });

  it('names the step "proxy" if the proxy refuses the tunnel', async () => {
    const { user, environment } = await world();
    const refusing = createServer();
    refusing.on('connect', (_, socket) => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'));
    const result = await diagnose(
      {
        ...environment,
        POINTONE_API_ENDPOINT: 'https://api.pointone.test/graphql',
        HTTPS_PROXY: `http://user:${CANARY}@127.0.0.1:${await listen(refusing)}`,
      },
      user.credential,
    );
    expect(failedSteps(result)).toEqual(['proxy']);
    expect(result.text).toMatch(/HTTP 407.*HTTPS_PROXY.*CONNECT/);
    expect(result.code).toBe(1);
  });

  it('names the step "proxy" if the proxy does not respond', async () => {
    const { user, environment } = await world();
    const { port } = await startSilentServer();
    const result = await diagnose(
      {
        ...environment,
        POINTONE_API_TIMEOUT: '500ms',
        POINTONE_API_ENDPOINT: 'https://api.pointone.test/graphql',
        HTTPS_PROXY: `http://127.0.0.1:${port}`,
      },
      user.credential,
    );
    expect(failedSteps(result)).toEqual(['proxy']);
    expect(result.code).toBe(1);
  });

  it('names the step "credential", without the path of the file, and sends nothing', async () => {
    const { simulator, user } = await world();
    const folder = join(await temporaryFolder(), CANARY);
    await mkdir(folder);
    const file = join(folder, 'token');
    await writeFile(file, `"${user.credential}"`);
    const result = await diagnose(
      { POINTONE_API_TOKEN_FILE: file, POINTONE_API_ENDPOINT: simulator.url },
      user.credential,
    );
    expect(failedSteps(result)).toEqual(['credential']);
    expect(result.text).toMatch(/token file \(path hidden\).*quotes.*Correct the file/);
    expect(simulator.calls.total).toBe(0);
    expect(result.code).toBe(1);
  });
});

describe('diagnose of several accounts', () => {
  it('diagnoses each of them, without their names, and exits with 1 if one fails', async () => {
    const { simulator, user } = await ordinaryWorld();
    const file = join(await temporaryFolder(), 'accounts.yml');
    const accounts = [
      { name: `${CANARY}-good`, token_env: `GOOD_${CANARY}` },
      { name: `${CANARY}-bad`, token_env: `BAD_${CANARY}` },
    ];
    await writeFile(file, JSON.stringify({ accounts }));
    const environment = {
      POINTONE_API_ENDPOINT: simulator.url,
      [`GOOD_${CANARY}`]: user.credential,
      [`BAD_${CANARY}`]: 'wrong-credential',
    };
    const { code, text, stdout } = await diagnose(environment, user.credential, [`--config.file=${file}`]);
    expect(stdout).toMatch(/^Account 1 of 2$/m);
    expect(stdout).toMatch(/^Account 2 of 2$/m);
    expect(text).toContain('1 of 2 accounts are read and understood');
    expect(code).toBe(1);
  });

  it('hides the credential of each account in the output of every other one', async () => {
    const { simulator, user, other } = await ordinaryWorld();
    const second = simulator.state.addUser('user-2');
    const part = second.credential.slice(-30, -10);
    other.odd = { role: `ROLE_${part}`, status: part };
    const file = join(await temporaryFolder(), 'accounts.yml');
    const accounts = [
      { name: 'a', token_env: 'FIRST' },
      { name: 'b', token_env: 'SECOND' },
      { name: 'c', token_file: join(await temporaryFolder(), 'missing') },
    ];
    await writeFile(file, JSON.stringify({ accounts }));
    const environment = { POINTONE_API_ENDPOINT: simulator.url, FIRST: user.credential, SECOND: second.credential };
    const { stdout } = await diagnose(environment, second.credential, [`--config.file=${file}`]);
    expect(stdout).not.toContain(part);
    expect(stdout).toContain('(hidden: may be part of the credential)');
    expect(stdout).toMatch(/^Account 3 of 3$/m);
  });
});

function failedSteps({ steps }: { readonly steps: Record<string, string> }): string[] {
  return Object.keys(steps).filter((step) => steps[step] === 'FAILED');
}
