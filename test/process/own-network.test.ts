import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import { temporaryFolder } from '../support/exporter.ts';
import { namespaceTest } from '../support/network-namespace.ts';

const SCENARIOS = fileURLToPath(new URL('../support/network-scenarios.ts', import.meta.url));

/** Brings up a network in which the names resolve as the file HOSTS says, and runs a program in it. */
const SET_UP = `
  set -e
  ip link set lo up
  ip address add 192.0.2.1/32 dev lo
  # Without an IPv6 address of its own, the system would not return those of the host.
  ip address add 2001:db8::2/128 dev lo
  mount --bind "$HOSTS" /etc/hosts
  exec "$@"`;

async function runScenario(scenario: string): Promise<unknown> {
  const hosts = join(await temporaryFolder(), 'hosts');
  await writeFile(hosts, '127.0.0.1 localhost\n192.0.2.1 api.slow.test\n2001:db8::1 api.slow.test\n');
  const program = ['sh', '-c', SET_UP, 'sh', process.execPath, '--import', 'tsx', SCENARIOS, scenario];
  const child = spawn('unshare', ['--map-root-user', '--net', '--mount', ...program], {
    env: { ...process.env, HOSTS: hosts },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let stdout = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  await once(child, 'close');
  return JSON.parse(stdout);
}

describe('a host whose first address takes a second to connect to and whose second address has no route', () => {
  for (const role of ['API', 'http proxy', 'https proxy']) {
    namespaceTest(`is reached if it is the ${role}`, async () => {
      expect(await runScenario(`slow ${role}`)).toEqual({ code: 0, stderr: '' });
    });
  }
});

namespaceTest('a range in NO_PROXY keeps the credential from the proxy', async () => {
  expect(await runScenario('excepted range')).toEqual({
    code: 0,
    stderr: '',
    proxyRequests: [],
    apiRequests: ['POST /graphql'],
  });
});
