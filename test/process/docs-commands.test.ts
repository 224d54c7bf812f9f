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
const SURROUNDINGS = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' };

/** A simulated API with a user, and a folder in which the program is at hand as the documentation has it. */
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
  // JSON is YAML.
  await writeFile(join(folder, 'accounts.yml'), JSON.stringify(accounts));
  const environment = {
    ...SURROUNDINGS,
    PATH: `${join(folder, 'bin')}${delimiter}${SURROUNDINGS.PATH}`,
    // Where `mktemp` and the commands of the documentation put things.
    TMPDIR: folder,
    POINTONE_API_ENDPOINT: simulator.url,
  };
  return { simulator, user, folder, environment };
}

type Prepared = Awaited<ReturnType<typeof prepare>>;

/** Starts bash with commands; it leads a process group of its own, which the test ends. */
function bash(commands: string, folder: string, env: Record<string, string>) {
  const child = spawn('bash', ['--norc', '-euo', 'pipefail', '-c', commands], { cwd: folder, env, detached: true });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  // For what asks for a token; most has ended without asking.
  child.stdin.on('error', () => undefined).end('a token\n');
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

/** An exporter in the place of that which the documentation has at port 10210. */
async function exporter({ simulator, folder }: Prepared) {
  const args = [`--config.file=${join(folder, 'accounts.yml')}`, '--web.enable-lifecycle'];
  const { url, child } = await serve(args, { POINTONE_API_ENDPOINT: simulator.url });
  return { host: new URL(url).host, pid: String(child.pid) };
}

/** The commands with addresses and files of the test where the documentation has its own, and `ROLE` filled in. */
function aimed(commands: string, { simulator, folder }: Prepared, host = 'localhost:10210'): string {
  return commands
    .replaceAll('https://graphql.pointonenav.com/graphql', simulator.url)
    .replaceAll('localhost:10210', host)
    .replaceAll(/\/etc\/pointone\/|\/tmp\//g, `${folder}/`)
    .replaceAll('"ROLE"', '"ROLE_READ_WRITE"');
}

describe.each(RUN_COMMANDS)('the documented commands like $commands', ({ commands: pattern, prints, added = '' }) => {
  it.each(commandsMatching(pattern))('%s', async (_place, commands) => {
    const prepared = await prepare();
    const { host, pid } = commands.includes('localhost:10210')
      ? await exporter(prepared)
      : { host: undefined, pid: '' };
    // An accounts file and a single account exclude each other.
    const token: Record<string, string> = commands.includes('--config.file')
      ? {}
      : { POINTONE_API_TOKEN: prepared.user.credential };
    const environment = { ...prepared.environment, ...token, PID: pid };
    const run = bash(`${aimed(commands, prepared, host)}${added}`, prepared.folder, environment);
    const { code, stdout, stderr } = await run.ended;
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(prints);
    expect(stdout).not.toContain('"errors"');
  });
});

it.each(commandsMatching(TESTED_ELSEWHERE.start.commands))('%s starts the exporter', async (_place, commands) => {
  const prepared = await prepare();
  const { user, environment } = prepared;
  const address = `127.0.0.1:${await freePort()}`;
  // What the set-up of the tests has done, and must not do again while others run what it built.
  const rest = commands.replace(/^npm ci && npm run build$/m, '').replace(/eyJ…/, user.credential);
  const run = bash(rest, ROOT, { ...environment, POINTONE_WEB_LISTEN_ADDRESS: address });
  let over = false;
  run.ended.then(() => {
    over = true;
  });
  let metrics = '';
  while (!metrics.includes('pointone_up') && !over) {
    metrics = await fetch(`http://${address}/metrics`).then(
      (answer) => answer.text(),
      () => '',
    );
  }
  expect(metrics).toContain('pointone_up{account="default"} 1\n');
  run.signal('SIGINT');
  await until(() => over);
});
