import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../../../src/config/settings.ts';

const root = new URL('../../../', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, root), 'utf8');

/** The instructions and their arguments, with continued lines joined. */
const instructions = read('Dockerfile')
  .replace(/^#.*\n/gm, '')
  .replace(/\\\n/g, '')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => ({ name: line.slice(0, line.indexOf(' ')), args: line.slice(line.indexOf(' ') + 1).trim() }));
const all = (name: string): string[] => instructions.filter((line) => line.name === name).map(({ args }) => args);
/** The paths that the Dockerfile copies from the repository. */
const copied = all('COPY')
  .filter((args) => !args.includes('--from='))
  .flatMap((args) =>
    args
      .split(/ +/)
      .filter((word) => !word.startsWith('--'))
      .slice(0, -1),
  );

describe('the Dockerfile', () => {
  it('copies existing paths, and .dockerignore includes exactly those paths', () => {
    for (const path of copied) expect(existsSync(new URL(path, root)), path).toBe(true);
    const rules = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    // A parent folder must be included before a part of it can be.
    const included = rules.filter((rule) => rule.startsWith('!') && !rules.includes(`${rule.slice(1)}/*`));
    expect(rules[0]).toBe('*');
    expect(included.map((rule) => rule.slice(1)).sort()).toEqual([...new Set(copied)].sort());
  });

  it('copies the runbooks, which the exporter serves', () => {
    expect(all('COPY').slice(-4)).toContain('docs/runbooks docs/runbooks');
  });

  it('uses one base image with a pinned Node major and Debian release, which the label names', () => {
    const stages = all('FROM').map((args) => args.split(' AS '));
    const names = stages.map(([, name]) => name);
    const bases = new Set(stages.map(([image]) => image).filter((image) => !names.includes(image)));
    const [base] = bases;
    expect([...bases]).toEqual([base]);
    expect(base).toMatch(/^node:\d+-[a-z]+-slim$/);
    expect(all('LABEL').join(' ')).toContain(`base.name="docker.io/library/${base}"`);
  });

  it('installs packages without running their scripts', () => {
    const installs = all('RUN').filter((args) => args.includes('npm ci'));
    expect(installs.length).toBeGreaterThan(0);
    for (const install of installs) expect(install).toContain('--ignore-scripts');
  });

  it('sets the same Node options as npm start and the systemd unit', () => {
    const [, ...options] = JSON.parse(read('package.json')).scripts.start.split(' ').slice(0, -1);
    expect(options).not.toEqual([]);
    const set = `NODE_OPTIONS=${options.join(' ')}`;
    expect(all('ENV').at(-1)).toContain(set);
    expect(read('deploy/systemd/pointone-token-exporter.service')).toContain(`\nEnvironment=${set}\n`);
  });

  it('runs the exporter directly, with a numeric user, on the default port', () => {
    expect(all('ENTRYPOINT').at(-1)).toBe('["node", "/app/dist/main.js"]');
    expect(all('USER').at(-1)).toBe('1000:1000');
    expect(all('EXPOSE')).toEqual([SETTINGS.webListenAddress.default.slice(1)]);
  });
});
