import pino from 'pino';
import { expect, it } from 'vitest';
import { createReload } from '../../../src/accounts/reload.ts';
import type { LoadedAccounts } from '../../../src/config/accounts.ts';

it('reloads run one after another, and who asks during one gets the next', async () => {
  const begun: ((accounts: LoadedAccounts) => void)[] = [];
  const reload = createReload({
    load: () => new Promise((resolve) => begun.push(resolve)),
    apply: () => ({ added: [], changed: [], removed: [] }),
    onOutcome: () => undefined,
    log: pino({ level: 'silent' }),
  });
  const finish = (index: number, problem: string): void =>
    begun[index]?.({ accounts: [], problems: [{ location: 'accounts.yml:1', message: problem }] });

  const first = reload();
  await Promise.resolve();
  await Promise.resolve();
  expect(begun).toHaveLength(1);
  const [second, third] = [reload(), reload()];
  await new Promise((resolve) => setImmediate(resolve));
  // The first may have read the file before it was written the last time; it is not over, so no other has begun.
  expect(begun).toHaveLength(1);
  finish(0, 'as of the first');
  expect((await first).text).toContain('as of the first');
  await new Promise((resolve) => setImmediate(resolve));
  expect(begun).toHaveLength(2);
  finish(1, 'as of the second');
  expect((await second).text).toContain('as of the second');
  expect((await third).text).toContain('as of the second');
  expect(begun).toHaveLength(2);
});

it('a reload that fails unexpectedly does not keep the next from its turn', async () => {
  const outcomes = [Promise.reject(new Error('a defect')), Promise.resolve({ accounts: [], problems: [] })];
  const reload = createReload({
    load: () => outcomes.shift() as Promise<LoadedAccounts>,
    apply: () => ({ added: [], changed: [], removed: [] }),
    onOutcome: () => undefined,
    log: pino({ level: 'silent' }),
  });
  await expect(reload()).rejects.toThrow('a defect');
  expect(await reload()).toMatchObject({ ok: true });
});
