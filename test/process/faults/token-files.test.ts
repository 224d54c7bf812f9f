import { execFileSync } from 'node:child_process';
import { mkdtemp, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { User } from '../../../simulator/state.ts';
import { expectDown, expectUp, FAULTY, failures, HEALTHY, serveTwoAccounts } from '../../support/two-accounts.ts';

/** Creates a new credential of the user and removes the previous ones. */
function rotate(user: User): string {
  const old = user.tokens.filter(({ name }) => name === 'rotated');
  const { secret = '' } = user.add({ name: 'rotated' });
  for (const token of old) user.remove(token);
  return secret;
}

async function replaceFile(path: string, content: string): Promise<void> {
  await writeFile(`${path}.new`, content);
  await rename(`${path}.new`, path);
}

async function startExporter() {
  const serving = await serveTwoAccounts({ args: ['--log.level=debug'] });
  const secrets: string[] = [];
  const nextSecret = (): string => {
    const secret = rotate(serving.faulty);
    secrets.push(secret);
    return secret;
  };
  return { ...serving, nextSecret, secrets };
}

describe('a token file', () => {
  it('that is replaced by a rename is used by the next scrape', async () => {
    const { scrape, tokenFile, nextSecret, simulator } = await startExporter();
    expectUp(await scrape(), FAULTY);
    for (let turn = 0; turn < 5; turn += 1) {
      const secret = nextSecret();
      await replaceFile(tokenFile, secret);
      expectUp(await scrape(), FAULTY);
      expect(simulator.calls.authorizations).toContain(`Bearer ${secret}`);
    }
    expect(failures(await scrape())).toEqual({});
  });

  it('that is replaced repeatedly during scrapes is never read partially', async () => {
    const { scrape, tokenFile, simulator, faulty } = await startExporter();
    const secrets = [faulty.credential, faulty.add().secret ?? '', faulty.add().secret ?? ''];
    for (let turn = 1; turn <= 60; turn += 1) {
      await Promise.all([scrape(), replaceFile(tokenFile, secrets[turn % secrets.length] ?? '')]);
    }
    const metrics = await scrape();
    expectUp(metrics, FAULTY);
    expect(failures(metrics)).toEqual({});
    expect(simulator.calls.byUser.get(FAULTY)).toBe(61);
  });

  it('that Kubernetes replaces through symlinks is used by the next scrape', async () => {
    const { scrape, tokenFile, nextSecret, simulator } = await startExporter();
    const mount = dirname(tokenFile);
    /** Publishes like the atomic writer of the kubelet: a new folder and a rename of the symlink that all files use. */
    const publish = async (secret: string): Promise<void> => {
      const version = await mkdtemp(join(mount, '..2026_'));
      await writeFile(join(version, FAULTY), secret);
      await symlink(version, join(mount, '..data_tmp'));
      await rename(join(mount, '..data_tmp'), join(mount, '..data'));
    };
    const first = nextSecret();
    await publish(first);
    await unlink(tokenFile);
    await symlink(join('..data', FAULTY), tokenFile);
    for (let turn = 0; turn < 5; turn += 1) {
      const secret = nextSecret();
      await publish(secret);
      expectUp(await scrape(), FAULTY);
      expect(simulator.calls.authorizations).toContain(`Bearer ${secret}`);
    }
    expect(failures(await scrape())).toEqual({});
    expect(simulator.calls.authorizations).not.toContain(`Bearer ${first}`);
  });

  it('that is truncated causes the failure credential without a call until it is written', async () => {
    const { scrape, tokenFile, nextSecret, simulator, stdout, stderr, secrets } = await startExporter();
    expectUp(await scrape(), FAULTY);
    const calls = simulator.calls.byUser.get(FAULTY);
    await writeFile(tokenFile, '');
    const metrics = await scrape();
    expect(failures(metrics)).toEqual({ credential: 1 });
    expectDown(metrics, FAULTY);
    expectUp(metrics, HEALTHY);
    expect(simulator.calls.byUser.get(FAULTY)).toBe(calls);
    await writeFile(tokenFile, nextSecret());
    expectUp(await scrape(), FAULTY);
    for (const part of secrets.flatMap((secret) => secret.split('.'))) {
      expect(stdout() + stderr() + metrics.text).not.toContain(part);
    }
  });

  it.each([
    ['is missing', async () => undefined],
    ['is a named pipe without a writer', async (path: string) => void execFileSync('mkfifo', [path])],
  ])('that %s causes the failure credential until it is restored', async (_description, create) => {
    const { scrape, tokenFile, nextSecret } = await startExporter();
    await rm(tokenFile);
    await create(tokenFile);
    for (const times of [1, 2]) {
      const metrics = await scrape();
      expect(failures(metrics)).toEqual({ credential: times });
      expectUp(metrics, HEALTHY);
    }
    await rm(tokenFile, { force: true, recursive: true });
    await writeFile(tokenFile, nextSecret());
    expectUp(await scrape(), FAULTY);
  });
});
