import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createToken } from '../support/create-token.ts';
import { simulate, temporaryFolder } from '../support/exporter.ts';
import { run } from '../support/exporter-process.ts';
import { parseExposition } from '../support/exposition.ts';

const DAY = 86_400_000;

/** Expires at a whole second, as the metrics show it, in two days. */
const EXPIRES_AT = Math.ceil(Date.now() / 1000) * 1000 + 2 * DAY;

/** Simulates an account that expects the token `caster-ingest`, which expires soon, and refuses a second one. */
async function accountWithUniqueNames() {
  const { simulator, user } = await simulate();
  simulator.state.uniqueNames = true;
  const old = user.add({ name: 'caster-ingest', createdAt: EXPIRES_AT - 365 * DAY, expiresAt: EXPIRES_AT });
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'token'), user.credential);
  const args = async (more: object): Promise<string[]> => {
    const file = join(folder, 'accounts.yml');
    const account = { name: 'eu', token_file: 'token', expected_tokens: [{ name: 'caster-ingest' }], ...more };
    // JSON is YAML.
    await writeFile(file, JSON.stringify({ accounts: [account] }));
    return [`--config.file=${file}`, `--api.endpoint=${simulator.url}`];
  };
  return {
    create: (name: string) => createToken(simulator.url, user, name),
    remove: () => user.tokens.splice(user.tokens.indexOf(old), 1),
    /** Returns the exit status of `check`, its token rows by name, and its findings. */
    check: async (settings: object) => {
      const { code, stdout } = await run(['check', '--output=json', ...(await args(settings))]);
      const result = JSON.parse(stdout) as {
        tokens: { name: string; group: string; state: string }[];
        findings: { kind: string }[];
      };
      const tokens = result.tokens.map(({ name, group, state }) => `${name} of ${group}: ${state}`).sort();
      return { code, tokens, findings: result.findings.map(({ kind }) => kind) };
    },
    /** Returns the expiry of each name in days after that of the old token, and whether the expected one is present. */
    metrics: async (settings: object) => {
      const { stdout } = await run(['metrics', ...(await args(settings))]);
      const { samples } = parseExposition(stdout);
      const named = (metric: string) => samples.filter(({ name }) => name === metric);
      return {
        expiries: named('pointone_token_deadline_timestamp_seconds')
          .filter(({ labels }) => labels['level'] === 'expired')
          .map(({ labels, value }) => [labels['name'], Math.round((value * 1000 - EXPIRES_AT) / DAY)]),
        present: named('pointone_expected_token_present').map(({ labels, value }) => [labels['name'], value]),
      };
    },
  };
}

const TOKEN_NAMES = { token_names: [{ name: 'caster-ingest', match: ['caster-ingest', 'caster-ingest-*'] }] };

it('a token of another name moves the deadlines and meets the expectation only if token_names lists its name', async () => {
  const account = await accountWithUniqueNames();
  expect(await account.create('caster-ingest')).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(await account.check(TOKEN_NAMES)).toMatchObject({
    code: 2,
    tokens: ['caster-ingest of caster-ingest: critical'],
  });

  expect(await account.create('caster-ingest-2')).toBeUndefined();
  expect(await account.check({})).toEqual({
    code: 2,
    tokens: ['caster-ingest of caster-ingest: critical', 'caster-ingest-2 of caster-ingest-2: fine'],
    findings: [],
  });
  expect(await account.metrics({})).toEqual({
    expiries: [
      ['caster-ingest', 0],
      ['caster-ingest-2', 363],
    ],
    present: [['caster-ingest', 1]],
  });
  expect(await account.check(TOKEN_NAMES)).toEqual({
    code: 0,
    tokens: ['caster-ingest of caster-ingest: replaced', 'caster-ingest-2 of caster-ingest: fine'],
    findings: [],
  });
  expect(await account.metrics(TOKEN_NAMES)).toEqual({
    expiries: [['caster-ingest', 363]],
    present: [['caster-ingest', 1]],
  });

  account.remove();
  expect(await account.check({})).toMatchObject({ code: 2, findings: ['expected_token_missing'] });
  expect(await account.metrics({})).toMatchObject({ present: [['caster-ingest', 0]] });
  expect(await account.check(TOKEN_NAMES)).toMatchObject({ code: 0, findings: [] });
  expect(await account.metrics(TOKEN_NAMES)).toMatchObject({ present: [['caster-ingest', 1]] });
});
