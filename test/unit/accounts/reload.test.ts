import pino from 'pino';
import { expect, it } from 'vitest';
import { createReload } from '../../../src/accounts/reload.ts';
import type { LoadedAccounts } from '../../../src/config/accounts.ts';

it('reloads run one after another, and callers that arrive during one share the next', async () => {
  const started: ((accounts: LoadedAccounts) => void)[] = [];
  const reload = createReload({
    load: () => new Promise((resolve) => started.push(resolve)),
    apply: () => ({ added: [], changed: [], removed: [] }),
    onOutcome: () => undefined,
    log: pino({ level: 'silent' }),
  });
  const finish = (index: number, problem: string): void =>
    started[index]?.({ accounts: [], problems: [{ location: 'accounts.yml:1', message: problem }] });

  const first = reload();
  await Promise.resolve();
  await Promise.resolve();
  expect(started).toHaveLength(1);
  const [second, third] = [reload(), reload()];
  await new Promise((resolve) => setImmediate(resolve));
  // The first reload is still running, so the next one has not started.
  expect(started).toHaveLength(1);
  finish(0, 'from the first reload');
  expect((await first).text).toContain('from the first reload');
  await new Promise((resolve) => setImmediate(resolve));
  expect(started).toHaveLength(2);
  finish(1, 'from the second reload');
  expect((await second).text).toContain('from the second reload');
  expect((await third).text).toContain('from the second reload');
  expect(started).toHaveLength(2);
});

it('a reload that fails unexpectedly does not prevent the next one', async () => {
  const results = [Promise.reject(new Error('a bug')), Promise.resolve({ accounts: [], problems: [] })];
  const reload = createReload({
    load: () => results.shift() as Promise<LoadedAccounts>,
    apply: () => ({ added: [], changed: [], removed: [] }),
    onOutcome: () => undefined,
    log: pino({ level: 'silent' }),
  });
  await expect(reload()).rejects.toThrow('a bug');
  expect(await reload()).toMatchObject({ ok: true });
});
