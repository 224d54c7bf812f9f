import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readScrape, simulate, temporaryFolder, until } from '../support/exporter.ts';
import { run, serve, start } from '../support/exporter-process.ts';
import { freePort } from '../support/free-port.ts';

async function startSimulated() {
  const { simulator, user } = await simulate();
  return {
    simulator,
    user,
    environment: { POINTONE_API_ENDPOINT: simulator.url, POINTONE_API_TOKEN: user.credential },
  };
}

/** Returns a module that sends a signal when the program loads its second file, and blocks that load. */
function signalWhileLoading(signal: NodeJS.Signals): string {
  const dataUrl = (source: string): string => `data:text/javascript,${encodeURIComponent(source)}`;
  const hooks = `export async function load(url, context, next) {
    if (!url.endsWith('/dist/commands/run.js')) return next(url, context);
    process.kill(process.pid, '${signal}');
    return new Promise((resolve) => setTimeout(resolve, 1e9));
  }`;
  return dataUrl(`import { register } from 'node:module'; register(${JSON.stringify(dataUrl(hooks))});`);
}

describe('the program', () => {
  it('prints its version and help', async () => {
    const version = await run(['--version']);
    expect(version.stdout).toMatch(/^pointone-token-exporter, version \d+\.\d+\.\d+ \(revision: \w+, node: v\d+/);
    const help = await run(['--help', '--nonsense']);
    expect(help.stdout).toContain('--api.token-file=FILE  (POINTONE_API_TOKEN_FILE)');
    expect([version.code, help.code]).toEqual([0, 0]);
  });

  it('serves account metrics and exporter metrics', async () => {
    const { user, environment } = await startSimulated();
    user.add({ name: 'caster' });
    const { url, stderr } = await serve([], environment);
    const metrics = readScrape(await fetch(`${url}/metrics`).then((response) => response.text()));
    expect(metrics.value('pointone_token_info', { name: 'caster' })).toBe(1);
    expect(metrics.value('pointone_exporter_build_info', { node_version: process.version })).toBe(1);
    expect(metrics.value('process_start_time_seconds')).toBeGreaterThan(0);
    expect(JSON.parse(stderr().split('\n')[0] ?? '')).toMatchObject({
      level: 'info',
      msg: 'listening',
      telemetry_path: '/metrics',
      accounts: 1,
    });
  });

  it('applies its settings', async () => {
    const { simulator, environment } = await startSimulated();
    const { url, stderr } = await serve(
      [
        '--web.telemetry-path=/elsewhere',
        '--web.disable-exporter-metrics',
        '--api.timeout=10m',
        '--scrape.timeout-offset=599900ms',
      ],
      environment,
    );
    expect(stderr()).toContain('"telemetry_path":"/elsewhere"');
    expect((await fetch(`${url}/metrics`)).status).toBe(404);
    simulator.setFault({ kind: 'hang' });
    // Without the offset, the timeout would be ten minutes.
    const headers = { 'X-Prometheus-Scrape-Timeout-Seconds': '600' };
    const metrics = readScrape(await (await fetch(`${url}/elsewhere`, { headers })).text());
    expect(metrics.value('pointone_scrape_errors_total', { reason: 'timeout' })).toBe(1);
    expect([...metrics.types.keys()].filter((name) => !name.startsWith('pointone_'))).toEqual([]);
  });

  it('prints the stack of an uncaught error, but not its message', async () => {
    const { environment } = await startSimulated();
    // The stack frames contain this source, which must therefore not contain the word.
    const thrower = "process.on('SIGUSR2', () => { throw new TypeError(['can', 'ary'].join('')); });";
    const { child, ended } = await serve([], {
      ...environment,
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(thrower)}`,
    });
    child.kill('SIGUSR2');
    const { code, stderr } = await ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^pointone-token-exporter: internal error, please report it\nTypeError\n +at /m);
    expect(stderr).not.toContain('canary');
  });

  it('reports in one line that the port is in use', async () => {
    const { environment } = await startSimulated();
    const { url } = await serve([], environment);
    const { host } = new URL(url);
    const { code, stderr } = await run([`--web.listen-address=${host}`], environment);
    expect(code).toBe(1);
    expect(stderr).toBe(
      `pointone-token-exporter: cannot listen on ${host}: address already in use (EADDRINUSE); see --web.listen-address\n`,
    );
  });

  it('writes logs as text with --log.format=text', async () => {
    const { environment } = await startSimulated();
    const running = start(['--web.listen-address=127.0.0.1:0', '--log.format=text'], environment);
    await until(() => running.stderr().includes('listening'));
    expect(running.stderr()).toMatch(/INFO: listening .*"address":"127\.0\.0\.1:\d+"/);
  });
});

describe('the log', () => {
  it('has ISO 8601 timestamps and no fields about the host', async () => {
    const { environment } = await startSimulated();
    const { stderr } = await serve([], environment);
    const line = JSON.parse(stderr().split('\n')[0] ?? '');
    expect(Object.keys(line).sort()).toEqual([
      'accounts',
      'address',
      'basic_auth',
      'level',
      'msg',
      'telemetry_path',
      'time',
      'tls',
      'version',
    ]);
    expect(line.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it.each([
    ['error', []],
    ['warn', ['warn']],
    ['debug', ['warn']],
  ])('at level %s has the levels %j for a failed fetch', async (level, expected) => {
    const { simulator, environment } = await startSimulated();
    simulator.setFault({ kind: 'status', status: 500 });
    const { stderr } = await run(['metrics', `--log.level=${level}`], environment);
    const lines = stderr.split('\n').filter(Boolean);
    expect(lines.map((line) => JSON.parse(line).level)).toEqual(expected);
  });

  it('has a successful fetch at level debug', async () => {
    const { environment } = await startSimulated();
    const { stderr } = await run(['metrics', '--log.level=debug'], environment);
    expect(JSON.parse(stderr)).toMatchObject({ level: 'debug', msg: 'fetch succeeded', account: 'default' });
  });

  it('warns at startup when there are no accounts', async () => {
    const file = join(await temporaryFolder(), 'accounts.yml');
    await writeFile(file, '{ accounts: [] }');
    const { stderr } = await serve([`--config.file=${file}`]);
    await until(() => stderr().includes('no accounts configured'));
  });

  it('has one line for repeated failures, and one for the recovery', async () => {
    const { simulator, environment } = await startSimulated();
    const { url, stderr } = await serve([], environment);
    simulator.setFault({ kind: 'echo-credential' });
    for (let index = 0; index < 5; index += 1) await (await fetch(`${url}/metrics`)).text();
    await until(() => stderr().includes('fetch failed'));
    const lines = stderr()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const failures = lines.filter(({ msg }) => msg === 'fetch failed');
    expect(failures).toMatchObject([{ level: 'warn', account: 'default', reason: 'http', detail: 'HTTP 500' }]);
    expect(failures[0].duration_seconds).toBeGreaterThan(0);
    simulator.clearFaults();
    await (await fetch(`${url}/metrics`)).text();
    await until(() => stderr().includes('fetch succeeded again'));
  });

  it.each(['json', 'text'])('that cannot be written (%s) breaks neither the exporter nor a scrape', async (format) => {
    const { simulator, environment } = await startSimulated();
    const port = await freePort();
    simulator.setFault({ kind: 'status', status: 500 });
    const full = openSync('/dev/full', 'w');
    onTestFinished(() => closeSync(full));
    const args = [`--web.listen-address=127.0.0.1:${port}`, `--log.format=${format}`, '--log.level=debug'];
    start(args, environment, full);
    const url = `http://127.0.0.1:${port}`;
    while (
      !(await fetch(`${url}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      ))
    )
      await sleep(20);
    for (let index = 0; index < 5; index += 1) {
      expect(readScrape(await (await fetch(`${url}/metrics`)).text()).value('pointone_up')).toBe(0);
    }
  });

  it('warns at startup about an unusable credential', async () => {
    const { environment } = await startSimulated();
    const { stderr } = await serve(['--api.token-file=/nonexistent/token'], { ...environment, POINTONE_API_TOKEN: '' });
    await until(() => stderr().includes('token file /nonexistent/token does not exist'));
  });
});

describe('the credential', () => {
  it('never appears in output or responses, whatever fails', async () => {
    const { simulator, user, environment } = await startSimulated();
    const { url, stdout, stderr } = await serve(['--log.level=debug', '--api.timeout=200ms'], environment);
    let served = '';
    for (const fault of [
      { kind: 'echo-credential' },
      { kind: 'echo-credential', status: 401 },
      { kind: 'malformed-http' },
      { kind: 'hang' },
      { kind: 'half-body' },
    ] as const) {
      simulator.setFault(fault);
      for (const path of ['/metrics', '/probe?account=default', '/']) served += await (await fetch(url + path)).text();
    }
    for (const part of user.credential.split('.')) expect(stdout() + stderr() + served).not.toContain(part);
    expect(simulator.calls.authorizations).toContain(`Bearer ${user.credential}`);
  });

  it('with characters that a header cannot contain does not appear in the log', async () => {
    const { environment } = await startSimulated();
    const { url, stderr } = await serve(['--log.level=debug'], {
      ...environment,
      POINTONE_API_TOKEN: 'canary\u00e4canary',
    });
    const metrics = readScrape(await (await fetch(`${url}/metrics`)).text());
    expect(metrics.value('pointone_scrape_errors_total', { reason: 'credential' })).toBe(1);
    await until(() => stderr().includes('fetch failed'));
    expect(stderr()).not.toContain('canary');
  });
});

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  it('ends an idle exporter with exit status 0 despite silent and idle connections', async () => {
    const { environment } = await startSimulated();
    const { url, child, ended } = await serve([], environment);
    await (await fetch(`${url}/-/ready`)).text();
    const { port } = new URL(url);
    const silent = connect(Number(port), '127.0.0.1');
    silent.on('error', () => undefined);
    onTestFinished(() => void silent.destroy());
    await once(silent, 'connect');
    child.kill(signal);
    const { code, stderr } = await ended;
    expect(code).toBe(0);
    expect(stderr).toContain('"msg":"shutting down"');
  });

  it('is not delayed by the timeout of a finished scrape', async () => {
    const { environment } = await startSimulated();
    const { url, child, ended } = await serve(['--api.timeout=10m'], environment);
    const headers = { 'X-Prometheus-Scrape-Timeout-Seconds': '300' };
    expect(readScrape(await (await fetch(`${url}/metrics`, { headers })).text()).value('pointone_up')).toBe(1);
    child.kill(signal);
    expect((await ended).code).toBe(0);
  });

  it('lets the running scrape finish and accepts no other', async () => {
    const { simulator, user, environment } = await startSimulated();
    user.add({ name: 'caster' });
    const { url, child, ended, stderr } = await serve([], environment);
    simulator.setFault({ kind: 'hold' });
    const scraping = fetch(`${url}/metrics`).then((response) => response.text());
    await until(() => simulator.calls.inFlight === 1);
    child.kill(signal);
    await until(() => stderr().includes('shutting down'));
    await expect(fetch(`${url}/metrics`)).rejects.toThrow();
    simulator.clearFaults();
    expect(readScrape(await scraping).value('pointone_token_info', { name: 'caster' })).toBe(1);
    expect((await ended).code).toBe(0);
  });

  it('is handled while the program loads', async () => {
    const { ended } = start(['--web.listen-address=127.0.0.1:0'], {
      NODE_OPTIONS: `--import=${signalWhileLoading(signal)}`,
    });
    const { code, signal: endedBy } = await ended;
    expect({ code, endedBy }).toEqual({ code: 0, endedBy: null });
  });
});

it('a scrape that does not finish within the grace period is cut off at shutdown, without a network failure', async () => {
  const { simulator, environment } = await startSimulated();
  const { url, child, ended } = await serve(['--api.timeout=1m'], environment);
  simulator.setFault({ kind: 'hang' });
  const scraping = fetch(`${url}/metrics`).catch(() => 'aborted');
  await until(() => simulator.calls.inFlight === 1);
  child.kill('SIGTERM');
  const { code, stderr } = await ended;
  expect(code).toBe(0);
  expect(await scraping).toBe('aborted');
  expect(stderr).not.toContain('"reason":"network"');
});

describe('metrics', () => {
  it('prints the pointone_* metrics once', async () => {
    const { simulator, user, environment } = await startSimulated();
    user.add({ name: 'caster' });
    const { code, stdout, stderr } = await run(['metrics'], environment);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const metrics = readScrape(stdout);
    expect(metrics.value('pointone_token_info', { name: 'caster' })).toBe(1);
    expect([...metrics.types.keys()].filter((name) => !name.startsWith('pointone_'))).toEqual([]);
    expect(simulator.calls.total).toBe(1);
  });

  it('exits 1 when no account could be read, and still prints the metrics', async () => {
    const { simulator, environment } = await startSimulated();
    simulator.setFault({ kind: 'status', status: 500 });
    const { code, stdout, stderr } = await run(['metrics'], environment);
    expect(code).toBe(1);
    expect(readScrape(stdout).value('pointone_up')).toBe(0);
    expect(stderr).toContain('"reason":"http"');
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('fails without output when %s interrupts it', async (signal, status) => {
    const { simulator, environment } = await startSimulated();
    simulator.setFault({ kind: 'hang' });
    const { child, ended } = start(['metrics'], environment);
    await until(() => simulator.calls.inFlight === 1);
    child.kill(signal);
    const { code, stdout } = await ended;
    expect(code).toBe(status);
    expect(stdout).toBe('');
  });

  it('exits 0 when some accounts could be read', async () => {
    const { simulator, user } = await startSimulated();
    const file = join(await temporaryFolder(), 'accounts.yml');
    const accounts = [
      { name: 'good', token_env: 'GOOD' },
      { name: 'bad', token_env: 'BAD' },
    ];
    await writeFile(file, JSON.stringify({ accounts }));
    const { code, stdout } = await run(['metrics', `--config.file=${file}`], {
      POINTONE_API_ENDPOINT: simulator.url,
      GOOD: user.credential,
      BAD: 'wrong',
    });
    const metrics = readScrape(stdout);
    expect(['good', 'bad'].map((account) => metrics.value('pointone_up', { account }))).toEqual([1, 0]);
    expect(code).toBe(0);
  });

  it('ends without a message when its output is closed', async () => {
    const { simulator, environment } = await startSimulated();
    simulator.setFault({ kind: 'hold' });
    const { child, ended } = start(['metrics'], environment);
    await until(() => simulator.calls.inFlight === 1);
    child.stdout?.destroy();
    simulator.clearFaults();
    const { code, stderr } = await ended;
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  });

  it('ends after printing, even with a long timeout', async () => {
    const { environment } = await startSimulated();
    expect((await run(['metrics', '--api.timeout=10m'], environment)).code).toBe(0);
  });
});
