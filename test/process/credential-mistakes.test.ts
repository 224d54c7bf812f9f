import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readScrape, simulate, temporaryFolder, until } from '../support/exporter.ts';
import { run, serve } from '../support/exporter-process.ts';

/** The value that is not a token, and the part of the message that names the mistake. */
const MISTAKES: Readonly<
  Record<string, (token: string) => { readonly value: string | Buffer; readonly text: string }>
> = {
  quotes: (token) => ({ value: `"${token}"`, text: 'is in quotes' }),
  name: (token) => ({ value: `POINTONE_API_TOKEN=${token}`, text: 'starts with a name and "="' }),
  json: (token) => ({ value: JSON.stringify({ token }), text: 'is JSON' }),
  utf16: (token) => ({ value: Buffer.from(`\ufeff${token}`, 'utf16le'), text: 'is encoded as UTF-16' }),
};

/** Writes an accounts file in which each mistake is in a file, and in a variable if a variable can contain it. */
async function accountsWithMistakes() {
  const { simulator, user } = await simulate();
  const folder = await temporaryFolder();
  const environment: Record<string, string> = { POINTONE_API_ENDPOINT: simulator.url };
  const accounts: object[] = [];
  const expected: Record<string, string> = {};
  for (const [name, mistake] of Object.entries(MISTAKES)) {
    const { value, text } = mistake(user.credential);
    const path = join(folder, name);
    await writeFile(path, value);
    accounts.push({ name: `${name}-file`, token_file: path });
    expected[`${name}-file`] = `token file ${path} ${text}`;
    if (typeof value !== 'string') continue;
    environment[`TOKEN_${name}`] = value;
    accounts.push({ name: `${name}-variable`, token_env: `TOKEN_${name}` });
    expected[`${name}-variable`] = `variable TOKEN_${name} ${text}`;
  }
  environment['POINTONE_CONFIG_FILE'] = join(folder, 'accounts.yml');
  await writeFile(join(folder, 'accounts.yml'), JSON.stringify({ accounts }));
  return { simulator, token: user.credential, environment, expected };
}

it('--config.check fails for each mistake in a credential, without showing any part of it', async () => {
  const { token, environment, expected } = await accountsWithMistakes();
  const { code, stdout, stderr } = await run(['--config.check'], environment);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  for (const message of Object.values(expected)) expect(stderr).toContain(`: ${message}`);
  expect(stderr).not.toContain(token.slice(0, 8));
});

it('each mistake in a credential is in the log at startup, in the failure and on the status page', async () => {
  const { simulator, token, environment, expected } = await accountsWithMistakes();
  const { url, stderr } = await serve(['--log.level=debug'], environment);
  const lines = (): { account?: string; msg?: string; reason?: string; detail?: string }[] =>
    stderr()
      .split('\n')
      .filter((line) => line.endsWith('}'))
      .map((line) => JSON.parse(line));
  const details = (message: string): Record<string, string | undefined> =>
    Object.fromEntries(lines().flatMap(({ msg, account, detail }) => (msg === message ? [[account, detail]] : [])));
  const count = Object.keys(expected).length;
  const matching = Object.fromEntries(
    Object.entries(expected).map(([account, message]) => [account, expect.stringContaining(message)]),
  );
  await until(() => Object.keys(details('credential is not usable')).length === count);
  expect(details('credential is not usable')).toEqual(matching);

  const scrape = await (await fetch(`${url}/metrics`)).text();
  for (const account of Object.keys(expected)) {
    const labels = { account, reason: 'credential' };
    expect(readScrape(scrape).value('pointone_scrape_errors_total', labels), account).toBe(1);
  }
  await until(() => Object.keys(details('fetch failed')).length === count);
  expect(details('fetch failed')).toEqual(matching);

  const page = await (await fetch(url)).text();
  for (const message of Object.values(expected)) expect(page).toContain(message.replaceAll('"', '&quot;'));
  for (const output of [stderr(), scrape, page]) expect(output).not.toContain(token.slice(0, 8));
  expect(simulator.calls.total).toBe(0);
});
