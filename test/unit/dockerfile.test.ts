import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../../src/config/settings.ts';

const root = new URL('../../', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, root), 'utf8');

/** Instructions and what they say, lines that are continued put together. */
const instructions = read('Dockerfile')
  .replace(/^#.*\n/gm, '')
  .replace(/\\\n/g, '')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => ({ name: line.slice(0, line.indexOf(' ')), says: line.slice(line.indexOf(' ') + 1).trim() }));
const all = (name: string): string[] => instructions.filter((line) => line.name === name).map(({ says }) => says);
/** What the Dockerfile takes from the repository. */
const copied = all('COPY')
  .filter((says) => !says.includes('--from='))
  .flatMap((says) =>
    says
      .split(/ +/)
      .filter((word) => !word.startsWith('--'))
      .slice(0, -1),
  );

describe('the Dockerfile', () => {
  it('copies what is there, and .dockerignore lets through that and nothing else', () => {
    for (const path of copied) expect(existsSync(new URL(path, root)), path).toBe(true);
    const rules = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    // A folder on the way is let through so that a part of it can be.
    const through = rules.filter((rule) => rule.startsWith('!') && !rules.includes(`${rule.slice(1)}/*`));
    expect(rules[0]).toBe('*');
    expect(through.map((rule) => rule.slice(1)).sort()).toEqual([...new Set(copied)].sort());
  });

  it('copies the runbooks, which the exporter serves', () => {
    expect(all('COPY').slice(-4)).toContain('docs/runbooks docs/runbooks');
  });

  it('starts every stage from one image, of a pinned major of Node and a pinned Debian, which the label names', () => {
    const stages = all('FROM').map((says) => says.split(' AS '));
    const names = stages.map(([, name]) => name);
    const bases = new Set(stages.map(([image]) => image).filter((image) => !names.includes(image)));
    const [base] = bases;
    expect([...bases]).toEqual([base]);
    expect(base).toMatch(/^node:\d+-[a-z]+-slim$/);
    expect(all('LABEL').join(' ')).toContain(`base.name="docker.io/library/${base}"`);
  });

  it('lets no package run a script of its own', () => {
    const installs = all('RUN').filter((says) => says.includes('npm ci'));
    expect(installs.length).toBeGreaterThan(0);
    for (const install of installs) expect(install).toContain('--ignore-scripts');
  });

  it('gives Node the options that npm start gives it, as the systemd unit does', () => {
    const [, ...options] = JSON.parse(read('package.json')).scripts.start.split(' ').slice(0, -1);
    expect(options).not.toEqual([]);
    const set = `NODE_OPTIONS=${options.join(' ')}`;
    expect(all('ENV').at(-1)).toContain(set);
    expect(read('deploy/systemd/pointone-token-exporter.service')).toContain(`\nEnvironment=${set}\n`);
  });

  it('runs the exporter itself, as a user by number, on the port it listens to by default', () => {
    expect(all('ENTRYPOINT').at(-1)).toBe('["node", "/app/dist/main.js"]');
    expect(all('USER').at(-1)).toBe('1000:1000');
    expect(all('EXPOSE')).toEqual([SETTINGS.webListenAddress.default.slice(1)]);
  });
});
