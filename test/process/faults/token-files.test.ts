import { execFileSync } from 'node:child_process';
import { mkdtemp, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { User } from '../../../simulator/state.ts';
import { expectDown, expectUp, FAULTY, failures, HEALTHY, serveTwoAccounts } from '../../support/two-accounts.ts';

/** A new credential of the user; all older ones work no longer. */
function rotate(user: User): string {
  const old = user.tokens.filter(({ name }) => name === 'rotated');
  const { secret = '' } = user.add({ name: 'rotated' });
  for (const token of old) user.remove(token);
  return secret;
}

async function writeAside(path: string, content: string): Promise<void> {
  await writeFile(`${path}.new`, content);
  await rename(`${path}.new`, path);
}

async function exporter() {
  const serving = await serveTwoAccounts({ args: ['--log.level=debug'] });
  const secrets: string[] = [];
  const next = (): string => {
    const secret = rotate(serving.faulty);
    secrets.push(secret);
    return secret;
  };
  return { ...serving, next, secrets };
}

describe('a token file', () => {
  it('that is replaced by renaming counts from the next scrape on', async () => {
    const { scrape, tokenFile, next, simulator } = await exporter();
    expectUp(await scrape(), FAULTY);
    for (let turn = 0; turn < 5; turn += 1) {
      const secret = next();
      await writeAside(tokenFile, secret);
      expectUp(await scrape(), FAULTY);
      expect(simulator.calls.authorizations).toContain(`Bearer ${secret}`);
    }
    expect(failures(await scrape())).toEqual({});
  });

  it('that is replaced over and over in the middle of scrapes is never half old and half new', async () => {
    const { scrape, tokenFile, simulator, faulty } = await exporter();
    const secrets = [faulty.credential, faulty.add().secret ?? '', faulty.add().secret ?? ''];
    for (let turn = 1; turn <= 60; turn += 1) {
      await Promise.all([scrape(), writeAside(tokenFile, secrets[turn % secrets.length] ?? '')]);
    }
    const metrics = await scrape();
    expectUp(metrics, FAULTY);
    expect(failures(metrics)).toEqual({});
    expect(simulator.calls.byUser.get(FAULTY)).toBe(61);
  });

  it('that Kubernetes swaps by symbolic links counts from the next scrape on', async () => {
    const { scrape, tokenFile, next, simulator } = await exporter();
    const mount = dirname(tokenFile);
    /** As its atomic writer does: a new folder, and one rename of the link that all files go through. */
    const publish = async (secret: string): Promise<void> => {
      const version = await mkdtemp(join(mount, '..2026_'));
      await writeFile(join(version, FAULTY), secret);
      await symlink(version, join(mount, '..data_tmp'));
      await rename(join(mount, '..data_tmp'), join(mount, '..data'));
    };
    const first = next();
    await publish(first);
    await unlink(tokenFile);
    await symlink(join('..data', FAULTY), tokenFile);
    for (let turn = 0; turn < 5; turn += 1) {
      const secret = next();
      await publish(secret);
      expectUp(await scrape(), FAULTY);
      expect(simulator.calls.authorizations).toContain(`Bearer ${secret}`);
    }
    expect(failures(await scrape())).toEqual({});
    expect(simulator.calls.authorizations).not.toContain(`Bearer ${first}`);
  });

  it('that is emptied and then written is the failure credential in between, and no call', async () => {
    const { scrape, tokenFile, next, simulator, stdout, stderr, secrets } = await exporter();
    expectUp(await scrape(), FAULTY);
    const calls = simulator.calls.byUser.get(FAULTY);
    await writeFile(tokenFile, '');
    const metrics = await scrape();
    expect(failures(metrics)).toEqual({ credential: 1 });
    expectDown(metrics, FAULTY);
    expectUp(metrics, HEALTHY);
    expect(simulator.calls.byUser.get(FAULTY)).toBe(calls);
    await writeFile(tokenFile, next());
    expectUp(await scrape(), FAULTY);
    for (const part of secrets.flatMap((secret) => secret.split('.'))) {
      expect(stdout() + stderr() + metrics.text).not.toContain(part);
    }
  });

  it.each([
    ['is gone', async () => undefined],
    ['is a named pipe that nobody writes to', async (path: string) => void execFileSync('mkfifo', [path])],
  ])('that %s is the failure credential until it is there again', async (_what, put) => {
    const { scrape, tokenFile, next } = await exporter();
    await rm(tokenFile);
    await put(tokenFile);
    for (const times of [1, 2]) {
      const metrics = await scrape();
      expect(failures(metrics)).toEqual({ credential: times });
      expectUp(metrics, HEALTHY);
    }
    await rm(tokenFile, { force: true, recursive: true });
    await writeFile(tokenFile, next());
    expectUp(await scrape(), FAULTY);
  });
});
