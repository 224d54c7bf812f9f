import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { KUBERNETES_FILES } from '../../scripts/kubernetes.ts';
import { simulate, temporaryFolder } from '../support/exporter.ts';
import { linkTargets } from '../support/markdown.ts';
import { REPOSITORY, repositoryFiles } from '../support/repository.ts';

const read = (file: string): string => readFileSync(new URL(file, REPOSITORY), 'utf8');
const { version, scripts } = JSON.parse(read('package.json')) as { version: string; scripts: Record<string, string> };

/** The variables that npm and the program need. Proxies, exporter settings and those of `npm test` are excluded. */
const REQUIRED_VARIABLES = /^(PATH|HOME|TMPDIR|npm_config_(cache|registry|userconfig))$/i;
const BASE_ENVIRONMENT = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => REQUIRED_VARIABLES.test(name)),
);

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(program: string, args: readonly string[], cwd: string, environment = {}): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(program, args, { cwd, env: { ...BASE_ENVIRONMENT, ...environment } }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr }),
    );
  });
}

/** Starts the program on a free port and resolves to its URL. */
async function serve(program: string, args: readonly string[], cwd: string, endpoint: string): Promise<string> {
  const child = spawn(program, ['--web.listen-address=127.0.0.1:0', ...args], {
    cwd,
    env: { ...BASE_ENVIRONMENT, POINTONE_API_ENDPOINT: endpoint },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'close');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  for await (const line of createInterface({ input: child.stderr })) {
    const address = /"address":"([^"]+)"/.exec(line)?.[1];
    if (address !== undefined) return `http://${address}`;
  }
  throw new Error('the program ended before it started listening');
}

interface Packed {
  readonly filename: string;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string; readonly mode: number }[];
}

/** Packs the build of the tests. npm prints an array, or an object by package name in newer versions. */
async function pack(...args: string[]): Promise<Packed> {
  const command = ['pack', '--json', '--ignore-scripts', ...args];
  const { stdout, stderr } = await run('npm', command, fileURLToPath(REPOSITORY));
  const [packed] = Object.values(JSON.parse(stdout) as Record<string, Packed>);
  if (packed === undefined) throw new Error(stderr);
  return packed;
}

/** Each file of the package matches one of these patterns, and each pattern matches a file. */
const CONTENTS = [
  /^dist\/([a-z-]+\/)*[a-z\d-]+\.(js|json)$/,
  /^docs\/([a-z]+\/)?[\w.-]+\.(md|json)$/,
  /^deploy\/(kubernetes|systemd)\/([a-z-]+\/)*[\w-]+\.(md|yaml|yml|service)$/,
  /^(alerts\/(rules\.yml|urls\.json)|examples\/[a-z-]+\.yml|grafana\/dashboards\/pointone-tokens\.json)$/,
  /^grafana\/provisioning\/[a-z]+\/[a-z-]+\.yml$/,
  // Files that the documentation displays or links to.
  /^docs\/images\/status-page-(light|dark)\.png$/,
  /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|CONTRIBUTING\.md|SECURITY\.md|prometheus\.yml|alertmanager\.yml)$/,
];

/** Twice the size at the time of writing. A larger package probably contains unwanted files. */
const MAX_UNPACKED_BYTES = 1_500_000;

/** The contents of the package; npm needs a second for them. */
let listed: Promise<Packed> | undefined;
function contents(): Promise<Packed> {
  listed ??= pack('--dry-run');
  return listed;
}

it('the package contains only the program and its documentation and configuration', async () => {
  const { files, unpackedSize } = await contents();
  const paths = files.map(({ path }) => path);
  expect(paths.filter((path) => !CONTENTS.some((pattern) => pattern.test(path)))).toEqual([]);
  for (const pattern of CONTENTS) expect(paths.some((path) => pattern.test(path))).toBe(true);
  expect(paths.filter((path) => /\.env|\.pem$|(^|\/)(test|src)\/|\.test\./.test(path))).toEqual([]);
  expect(files.find(({ path }) => path === 'dist/main.js')?.mode).toBe(0o755);
  expect(unpackedSize).toBeLessThan(MAX_UNPACKED_BYTES);
});

it('the links of the packaged documentation lead to packaged files', async () => {
  const { files } = await contents();
  const paths = files.map(({ path }) => path);
  const isPackaged = (target: string): boolean =>
    paths.some((path) => path === target || path.startsWith(`${target}/`));
  const links = paths
    .filter((path) => path.endsWith('.md'))
    .flatMap((page) =>
      linkTargets(read(page))
        .filter((target) => !/^([a-z]+:|#)/.test(target))
        .map((target) => ({ page, target, destination: join(dirname(page), target.replace(/#.*/, '')) })),
    );
  expect(links.length).toBeGreaterThan(100);
  expect(
    links.filter(({ destination }) => !isPackaged(destination)).map(({ page, target }) => `${page}: ${target}`),
  ).toEqual([]);
});

it('the package can be installed and run elsewhere', async ({ skip }) => {
  const folder = await temporaryFolder();
  const { filename } = await pack('--pack-destination', folder);
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'elsewhere', private: true }));
  const options = ['--no-audit', '--no-fund', '--omit=dev', '--prefer-offline'];
  const installed = await run('npm', ['install', ...options, `./${filename}`], folder);
  const unreachable = /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT)\b/.test(installed.stderr);
  if (unreachable && process.env['TEST_REQUIRE_ALL'] !== '1') skip('the npm registry is unreachable');
  expect(installed.code, installed.stderr).toBe(0);

  const { simulator, user } = await simulate();
  await writeFile(join(folder, 'token'), user.credential);
  await writeFile(join(folder, 'accounts.yml'), 'accounts: [{ name: fleet-eu, token_file: token }]\n');
  const program = (...args: string[]) =>
    run('npx', ['--no-install', 'pointone-token-exporter', ...args], folder, { POINTONE_API_ENDPOINT: simulator.url });

  expect(await program('--version')).toMatchObject({ code: 0, stdout: expect.stringContaining(version) });
  expect(await program('--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('--web.listen-address') });
  const valid = { code: 0, stdout: expect.stringMatching(/^configuration is valid: 1 account\n/) };
  expect(await program('--config.file=accounts.yml', '--config.check')).toMatchObject(valid);
  const up = { code: 0, stdout: expect.stringContaining('pointone_up{account="fleet-eu"} 1\n') };
  expect(await program('metrics', '--config.file=accounts.yml')).toMatchObject(up);
  user.add({ name: 'caster-ingest' });
  const ok = { code: 0, stdout: expect.stringMatching(/^POINTONE OK - /) };
  expect(await program('check', '--config.file=accounts.yml')).toMatchObject(ok);

  const installedProgram = join(folder, 'node_modules/.bin/pointone-token-exporter');
  const url = await serve(installedProgram, ['--config.file=accounts.yml'], folder, simulator.url);
  for (const path of ['/', '/metrics', '/runbooks/', '/runbooks/PointOneTokenExpired.md'])
    expect((await fetch(new URL(path, url))).status, path).toBe(200);
});

it('only package.json contains the version', () => {
  const generated: readonly string[] = KUBERNETES_FILES.map(({ file }) => file);
  const others = repositoryFiles(/\.(ts|mjs|js|json|md|ya?ml|service|env)$|(^|\/)[A-Z]\w+$|^\.ci\//).filter(
    (file) => !/^(package(-lock)?\.json|CHANGELOG\.md)$|^(test|bench)\//.test(file) && !generated.includes(file),
  );
  // Only next to the name or as the value of a key, because other programs and formats also have a version 1.0.0.
  const number = `v?${version.replaceAll('.', '\\.')}(?![\\d.])`;
  const pattern = new RegExp(
    `(pointone-token-exporter["'\`]?(@|:|-| |, version )|(version|tag)["']?[:=] *["']?)${number}`,
    'i',
  );
  expect(`image: pointone-token-exporter:${version}`).toMatch(pattern);
  expect(`"version": "${version}"`).toMatch(pattern);
  expect(others.length).toBeGreaterThan(100);
  expect(others.filter((file) => pattern.test(read(file)))).toEqual([]);
  expect(scripts).toMatchObject({
    prepack: 'npm run build',
    // `npm version` updates the generated files.
    version: 'npm run kubernetes && git add deploy/kubernetes',
  });
});
