import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startReceiver } from '../../demo/receiver.ts';
import { expectCleanedUp, isRunning, startDemo } from '../support/demo.ts';
import { readScrape, temporaryFolder, until } from '../support/exporter.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** An environment whose PATH contains neither Prometheus nor Alertmanager. */
const emptyPath = async () => ({ PATH: await temporaryFolder() });

describe('the demo', () => {
  it('shows its tokens, reports that Prometheus is not installed, and stops on Ctrl-C', async () => {
    const demo = await startDemo(await emptyPath());
    await until(() => demo.output().includes('name="demo-rover"'));
    expect(demo.output()).toContain('Prometheus is not installed: ');
    expect(demo.output()).not.toContain('Warning');

    const metrics = readScrape(await (await fetch(demo.address('metrics'))).text());
    const up = (account: string) => metrics.value('pointone_up', { account });
    expect([up('fleet-eu'), up('fleet-us'), up('survey-lab')]).toEqual([1, 1, 0]);
    const rejected = { account: 'survey-lab', reason: 'unauthenticated' };
    expect(metrics.value('pointone_scrape_errors_total', rejected)).toBeGreaterThan(0);
    const left = metrics.value('pointone_token_expires_in_seconds', { name: 'demo-rover' });
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(300);
    expect(metrics.value('pointone_token_status', { name: 'contractor-2025', status: 'REVOKED' })).toBe(1);
    expect(metrics.value('pointone_token_expiry_known', { name: 'survey-legacy' })).toBe(0);
    const successive = metrics.samples.filter(
      ({ name, labels }) => name === 'pointone_token_expiry_known' && labels['name'] === 'fleet-sync',
    );
    expect(successive).toHaveLength(2);
    for (const name of ['status page', 'one account', 'discovery', 'API state']) {
      expect((await fetch(demo.address(name))).status, name).toBe(200);
    }

    const started = demo.children();
    expect(started).toHaveLength(1);
    demo.signal('SIGINT');
    expect(await demo.ended).toEqual({ code: 0, signal: null });
    expectCleanedUp(demo, started);
  });

  it('ignores settings of the exporter in its environment', async () => {
    const settings = {
      POINTONE_API_TOKEN: 'other credential',
      POINTONE_API_ENDPOINT: 'nowhere',
      POINTONE_CONFIG_FILE: 'none.yml',
      POINTONE_WEB_LISTEN_ADDRESS: 'nonsense',
    };
    const demo = await startDemo({ ...(await emptyPath()), ...settings });
    await until(() => demo.output().includes('name="demo-rover"') || demo.hasEnded());
    expect(demo.output()).toContain('pointone_up{account="fleet-eu"} 1');
  });

  it('does not start Alertmanager without Prometheus', async () => {
    const { PATH } = await emptyPath();
    await writeFile(join(PATH, 'alertmanager'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const demo = await startDemo({ PATH });
    await until(() => demo.output().includes('Tokens and accounts:') || demo.hasEnded());
    expect(demo.output()).toContain('starts Alertmanager only');
    expect(demo.output()).not.toContain('Alertmanager  http');
  });

  it('cleans up after Ctrl-C during startup', async () => {
    const demo = await startDemo(await emptyPath());
    await until(() => demo.children().length > 0);
    const started = demo.children();
    demo.signal('SIGINT');
    // An impatient user; npm also sends every signal twice.
    demo.signal('SIGINT');
    expect(await demo.ended).toEqual({ code: 0, signal: null });
    expect(demo.output()).not.toContain('Tokens and accounts:');
    expectCleanedUp(demo, started);
  });

  it('cleans up after its terminal closes', async () => {
    const demo = await startDemo(await emptyPath());
    await until(() => demo.output().includes('Tokens and accounts:'));
    const started = demo.children();
    demo.signal('SIGHUP');
    expect(await demo.ended).toEqual({ code: 0, signal: null });
    expectCleanedUp(demo, started);
  });

  it('cleans up after the reader of its output closes the pipe', async () => {
    const demo = await startDemo(await emptyPath());
    demo.child.stdout?.destroy();
    await until(() => demo.children().length > 0);
    const started = demo.children();
    await demo.ended;
    expectCleanedUp(demo, started);
  });

  it('leaves no processes and directories after SIGKILL', async () => {
    const demo = await startDemo(await emptyPath());
    await until(() => demo.output().includes('Tokens and accounts:'));
    const started = demo.children();
    expect(started).toHaveLength(1);
    demo.signal('SIGKILL');
    await until(() => !started.some(isRunning) && demo.folders().length === 0);
  });

  // Failed once on a busy machine for an unknown reason. Therefore it asserts on the output and has retries.
  it('stops when the shell through which npm started it ends', { retry: 2, timeout: 60_000 }, async () => {
    const command = `"${process.execPath}" --import tsx demo/main.ts; exit`;
    const env = { ...process.env, ...(await emptyPath()) };
    const shell = spawn('/bin/sh', ['-c', command], { cwd: ROOT, env, detached: true });
    const closed = once(shell, 'close');
    let [output, ended] = ['', false];
    // Read both streams, because a stream that is not read never closes.
    for (const stream of [shell.stdout, shell.stderr]) {
      stream.on('data', (text) => {
        output += text;
      });
    }
    closed.then(() => {
      ended = true;
    });
    onTestFinished(async () => {
      const { pid = Number.NaN } = shell;
      // If the test failed, kill the whole group, which contains the demo.
      if (!ended) process.kill(-pid, 'SIGKILL');
      await closed;
    });
    await until(() => ended || output.includes('Tokens and accounts:'));
    expect(output).toContain('Tokens and accounts:');
    shell.kill('SIGTERM');
    // The output closes when the demo exits.
    await closed;
    expect(output).toContain('shutting down');
  });

  it('fails and cleans up if a program exits unexpectedly', async () => {
    const demo = await startDemo(await emptyPath());
    await until(() => demo.output().includes('Tokens and accounts:'));
    const started = demo.children();
    for (const pid of started) process.kill(pid, 'SIGKILL');
    expect(await demo.ended).toEqual({ code: 1, signal: null });
    expect(demo.output()).toContain('the exporter exited unexpectedly (SIGKILL)');
    expectCleanedUp(demo, started);
  });
});

describe('the receiver of notifications', () => {
  const notification = JSON.stringify({
    alerts: [
      {
        status: 'firing',
        labels: { alertname: 'PointOneTokenExpired', severity: 'critical', account: 'fleet-eu', name: 'demo-rover' },
        startsAt: '2026-11-24T18:44:16.718Z',
        fingerprint: 'f',
      },
    ],
  });

  it('logs each alert once and survives invalid requests', async () => {
    const logged: string[] = [];
    const receiver = await startReceiver((text) => logged.push(text));
    onTestFinished(receiver.stop);
    const post = async (body: string) => (await fetch(`${receiver.url}/pages`, { method: 'POST', body })).status;

    expect((await fetch(receiver.url)).status).toBe(400);
    expect(await post('{}')).toBe(400);
    // A request that ends in the middle, as when Alertmanager stops.
    const socket = connect(Number(new URL(receiver.url).port), '127.0.0.1');
    socket.end('POST /pages HTTP/1.1\r\nHost: receiver\r\nContent-Length: 100\r\n\r\n{');
    socket.resume();
    await once(socket, 'close');

    expect([await post(notification), await post(notification)]).toEqual([200, 200]);
    expect(logged).toEqual(['Alertmanager → receiver "pages": PointOneTokenExpired, critical: demo-rover of fleet-eu']);
  });
});
