import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { firstDifference } from '../../bench/exposition-diff.ts';
import { temporaryFolder, until } from '../support/exporter.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Stands for an npm that is busy and ignores Ctrl-C. */
const STUBBORN_NPM = `#!/usr/bin/env node
process.on('SIGINT', () => {});
setInterval(() => {}, 1000);
require('node:fs').writeFileSync(__dirname + '/started', '');
`;
const VARIANTS = ['limit', 'usual pattern', 'this exporter'];

/**
 * Starts what `npm run bench` starts after the build, in a separate process group: a signal to the group is Ctrl-C.
 */
function bench(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const child = spawn('npx', ['tsx', 'bench/main.ts', ...args], {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const group = -(child.pid ?? Number.NaN);
  onTestFinished(() => {
    // Kill the rest of the group, if the test left any.
    if (alive(group)) process.kill(group, 'SIGKILL');
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr }));
  return { group, ended, stderr: () => stderr };
}

function alive(group: number): boolean {
  try {
    process.kill(group, 0);
    return true;
  } catch {
    return false;
  }
}

/** Returns the rows of the table whose title starts with `title`, without the heading and with trimmed cells. */
function rowsOf(output: string, title: string): string[][] {
  const table = output.split('\n## ').find((part) => part.startsWith(title)) ?? '';
  return table
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

const firstCells = (output: string, title: string): (string | undefined)[] =>
  rowsOf(output, title).map(([cell]) => cell);

describe('the benchmark with --short', () => {
  it('compares the output of the variants, fills all tables and the JSON file, and exits', async () => {
    const file = join(await temporaryFolder(), 'results.json');
    const { group, ended } = bench(['--short', '--json', file]);
    const { code, stdout, stderr } = await ended;
    expect(stderr).not.toContain('bench:');
    expect(code).toBe(0);
    await until(() => !alive(group));

    const output = `\n${stdout}`;
    expect(firstCells(output, 'Time of a scrape')).toEqual([...VARIANTS, 'API only']);
    expect(stdout).toMatch(/the same in all variants: \d+ at 10 tokens, [\d,]+ at 500 tokens/);
    expect(firstCells(output, 'CPU time of a scrape')).toEqual([...VARIANTS, 'API only']);
    expect(firstCells(output, 'Time of a compressed scrape')).toEqual(['limit', 'this exporter']);
    expect(firstCells(output, 'CPU time of a compressed scrape')).toEqual(['limit', 'this exporter']);
    expect(rowsOf(output, 'Exporter metrics')).toHaveLength(3);
    expect(rowsOf(output, 'Longest round trip').map(([, name]) => name)).toEqual(VARIANTS);
    expect(firstCells(output, 'Resident memory')).toEqual(VARIANTS);
    expect(firstCells(output, 'Startup to the first 200')).toEqual(["node -e ''", ...VARIANTS]);
    expect(rowsOf(output, '50 accounts')).toHaveLength(3);
    expect(rowsOf(output, 'Upstream requests')).toEqual([['5', '50', '50', '1']]);

    const { environment, results } = JSON.parse(await readFile(file, 'utf8'));
    expect(environment.node).toBe(process.versions.node);
    expect(Object.keys(results.scrape.plain['10'])).toEqual([...VARIANTS, 'API only']);
    expect(Object.keys(results)).toEqual(['scrape', 'own-metrics', 'stall', 'memory', 'start', 'accounts', 'sharing']);
  });

  it('stops all processes on Ctrl-C', async () => {
    const { group, ended, stderr } = bench(['--short']);
    let over = false;
    void ended.then(() => {
      over = true;
    });
    await until(() => over || stderr().includes('scrapes of 500 tokens'));
    expect(over).toBe(false);
    process.kill(group, 'SIGINT');
    await ended;
    await until(() => !alive(group));
  });

  it('stops npm and removes its directory on Ctrl-C during the production install', async () => {
    const [programs, temporary] = [await temporaryFolder(), await temporaryFolder()];
    await writeFile(join(programs, 'npm'), STUBBORN_NPM, { mode: 0o755 });
    const path = [programs, process.env['PATH']].join(delimiter);
    const { group, ended } = bench(['--only=install'], { PATH: path, TMPDIR: temporary });
    await until(() => existsSync(join(programs, 'started')));
    process.kill(group, 'SIGINT');
    await ended;
    await until(() => !alive(group));
    expect((await readdir(temporary)).filter((name) => name.startsWith('pointone-'))).toEqual([]);
  });

  it.each([
    [['--tokens=many'], '--tokens must be an integer from 1 to 1000000'],
    [['--only=speed'], '--only must be a list of scrape, own-metrics'],
    [['--fast'], "Unknown option '--fast'"],
  ])('reports the error in %j', async (args, message) => {
    const { code, stderr } = await bench(args).ended;
    expect(stderr).toContain(message);
    expect(code).toBe(1);
  });
});

describe('the comparison of outputs', () => {
  const SERIES = '{account="a",name="b"}';

  it('ignores the order of lines', () => {
    expect(firstDifference('a 1\nb 2\n', 'b 2\n\na 1\n')).toBeUndefined();
  });

  it.each([
    ['a different value', `pointone_up{account="a"} 1\n`, `pointone_up{account="a"} 0\n`],
    ['a different label', `pointone_up{account="a"} 1\n`, `pointone_up{account="b"} 1\n`],
    [
      'an additional sample',
      `pointone_up{account="a"} 1\n`,
      `pointone_up{account="a"} 1\npointone_up{account="b"} 1\n`,
    ],
    ['a different help text', '# HELP a b\n', '# HELP a c\n'],
    [
      'a different expiry',
      `pointone_token_expiry_timestamp_seconds${SERIES} 100\n`,
      `pointone_token_expiry_timestamp_seconds${SERIES} 101\n`,
    ],
    [
      'a remaining time outside the tolerance',
      `pointone_token_expires_in_seconds${SERIES} 100\n`,
      `pointone_token_expires_in_seconds${SERIES} 400\n`,
    ],
    [
      'a remaining time of another token',
      `pointone_token_expires_in_seconds{account="a"} 100\n`,
      `pointone_token_expires_in_seconds${SERIES} 100\n`,
    ],
  ])('detects %s', (_difference, a, b) => {
    expect(firstDifference(a, b)).toBeDefined();
    expect(firstDifference(b, a)).toBeDefined();
  });

  it('accepts a remaining time within the tolerance', () => {
    const at = (seconds: number): string => `pointone_token_expires_in_seconds${SERIES} ${seconds}\n`;
    expect(firstDifference(at(100), at(98.5))).toBeUndefined();
  });
});
