import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { commandsMatching, RUN_COMMANDS, TESTED_ELSEWHERE } from '../support/documented-commands.ts';
import { simulate, temporaryFolder, until } from '../support/exporter.ts';
import { serve } from '../support/exporter-process.ts';
import { freePort } from '../support/free-port.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BASE_ENVIRONMENT = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' };

/** Creates a simulated API with a user, and a folder with the program and files that the documented commands expect. */
async function prepare() {
  const { simulator } = await simulate();
  // Some commands create tokens.
  const user = simulator.state.addUser('fleet-eu', { role: 'ROLE_READ_WRITE' });
  const folder = await temporaryFolder();
  await symlink(join(ROOT, 'dist'), join(folder, 'dist'));
  await mkdir(join(folder, 'bin'));
  await symlink(join(ROOT, 'dist/main.js'), join(folder, 'bin/pointone-token-exporter'));
  await writeFile(join(folder, 'token'), user.credential);
  const accounts = { accounts: [{ name: 'fleet-eu', token_file: 'token' }] };
  // JSON is valid YAML.
  await writeFile(join(folder, 'accounts.yml'), JSON.stringify(accounts));
  const environment = {
    ...BASE_ENVIRONMENT,
    PATH: `${join(folder, 'bin')}${delimiter}${BASE_ENVIRONMENT.PATH}`,
    // Keeps the files of `mktemp` and the documented commands in the folder.
    TMPDIR: folder,
    POINTONE_API_ENDPOINT: simulator.url,
  };
  return { simulator, user, folder, environment };
}

type Prepared = Awaited<ReturnType<typeof prepare>>;

/** Runs commands in bash, in a separate process group that the test ends. `token` is the input for prompts. */
function bash(commands: string, folder: string, env: Record<string, string>, token = 'a token') {
  const child = spawn('bash', ['--norc', '-euo', 'pipefail', '-c', commands], { cwd: folder, env, detached: true });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  // Commands that do not prompt may have ended already, which closes stdin.
  child.stdin.on('error', () => undefined).end(`${token}\n`);
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr }));
  const signal = (name: NodeJS.Signals): void => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-(child.pid ?? Number.NaN), name);
  };
  onTestFinished(async () => {
    signal('SIGKILL');
    await ended;
  });
  return { ended, signal };
}

/** Starts an exporter that replaces the documented one at port 10210. */
async function startExporter({ simulator, folder }: Prepared) {
  const args = [`--config.file=${join(folder, 'accounts.yml')}`, '--web.enable-lifecycle'];
  const { url, child } = await serve(args, { POINTONE_API_ENDPOINT: simulator.url });
  return { host: new URL(url).host, pid: String(child.pid) };
}

/** Replaces the documented addresses, files and `ROLE` with those of the test. */
function adaptCommands(commands: string, { simulator, folder }: Prepared, host = 'localhost:10210'): string {
  return commands
    .replaceAll('https://graphql.pointonenav.com/graphql', simulator.url)
    .replaceAll('localhost:10210', host)
    .replaceAll(/\/etc\/pointone\/|\/tmp\//g, `${folder}/`)
    .replaceAll('"ROLE"', '"ROLE_READ_WRITE"');
}

describe.each(RUN_COMMANDS)('the documented commands like $commands', ({ commands: pattern, prints, added = '' }) => {
  it.each(commandsMatching(pattern))('%s', async (_location, commands) => {
    const prepared = await prepare();
    const { host, pid } = commands.includes('localhost:10210')
      ? await startExporter(prepared)
      : { host: undefined, pid: '' };
    // POINTONE_API_TOKEN cannot be combined with an accounts file.
    const token: Record<string, string> = commands.includes('--config.file')
      ? {}
      : { POINTONE_API_TOKEN: prepared.user.credential };
    const environment = { ...prepared.environment, ...token, PID: pid };
    const run = bash(`${adaptCommands(commands, prepared, host)}${added}`, prepared.folder, environment);
    const { code, stdout, stderr } = await run.ended;
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(prints);
    expect(stdout).not.toContain('"errors"');
  });
});

it.each(commandsMatching(TESTED_ELSEWHERE.start.commands))('%s starts the exporter', async (_location, commands) => {
  const prepared = await prepare();
  const { user, environment } = prepared;
  const address = `127.0.0.1:${await freePort()}`;
  // The test setup has already built the program. Another build would disturb tests that run it.
  const rest = commands.replace(/^npm ci && npm run build$/m, '');
  const run = bash(rest, ROOT, { ...environment, POINTONE_WEB_LISTEN_ADDRESS: address }, user.credential);
  let hasEnded = false;
  run.ended.then(() => {
    hasEnded = true;
  });
  let metrics = '';
  while (!metrics.includes('pointone_up') && !hasEnded) {
    metrics = await fetch(`http://${address}/metrics`).then(
      (response) => response.text(),
      () => '',
    );
  }
  expect(metrics).toContain('pointone_up{account="default"} 1\n');
  run.signal('SIGINT');
  await until(() => hasEnded);
});
