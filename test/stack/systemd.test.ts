import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, type TestContext } from 'vitest';
import { SETTINGS } from '../../src/config/settings.ts';
import { temporaryFolder } from '../support/exporter.ts';
import { runWithInput } from '../support/stack.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NAME = 'pointone-token-exporter.service';

/** Exposure level in tenths: 0 is a service without any access. The sockets that the exporter needs cost 1.0. */
const MAX_EXPOSURE = 15;

const unit = (): Promise<string> => readFile(join(ROOT, 'deploy/systemd', NAME), 'utf8');

/** Runs systemd-analyze on the edited unit, with paths that exist on this machine. */
async function analyze(args: readonly string[], edit = (text: string): string => text) {
  const text = edit(await unit())
    .replaceAll('/opt/pointone-token-exporter/', ROOT)
    .replace('/usr/bin/node', process.execPath);
  const file = join(await temporaryFolder(), NAME);
  await writeFile(file, text);
  return runWithInput('systemd-analyze', [...args, file], '');
}

function needsSystemd({ skip }: TestContext): void {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  if (folders.some((folder) => existsSync(join(folder, 'systemd-analyze')))) return;
  if (process.env['TEST_REQUIRE_ALL'] !== '1') skip('systemd-analyze is not installed');
}

it('systemd accepts the unit without a warning', async (context) => {
  needsSystemd(context);
  expect(await analyze(['verify', '--man=no'])).toEqual({ code: 0, output: '' });
});

it.for([
  { what: 'a key that does not exist', from: 'PrivateDevices=', to: 'PrivateDevice=' },
  { what: 'an invalid value', from: 'ProtectSystem=strict', to: 'ProtectSystem=very' },
  { what: 'a program that does not exist', from: 'ExecStart=/usr/bin/node', to: 'ExecStart=/usr/bin/nod' },
])('systemd-analyze reports $what', async ({ from, to }, context) => {
  needsSystemd(context);
  expect(await unit()).toContain(from);
  const { output } = await analyze(['verify', '--man=no'], (text) => text.replace(from, to));
  expect(output).toContain(NAME);
});

it('the unit keeps the exposure level of the service below the threshold', async (context) => {
  needsSystemd(context);
  const security = ['security', '--offline=true', '--no-pager', `--threshold=${MAX_EXPOSURE}`];
  const { code, output } = await analyze(security);
  console.log(/Overall exposure level.*/.exec(output)?.[0]);
  expect(code, output).toBe(0);
  const without = await analyze(security, (text) => text.replace(/^SystemCallFilter=.*$/gm, ''));
  expect(without.code, 'the threshold is too high').not.toBe(0);
});

it('the unit starts the program of the package and sets only existing settings', async () => {
  const { bin } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  const text = await unit();
  expect(text).toContain(`ExecStart=/usr/bin/node /opt/pointone-token-exporter/${bin['pointone-token-exporter']}\n`);
  const known = Object.values(SETTINGS).flatMap((setting) => ('variable' in setting ? [setting.variable] : []));
  const used = [...text.matchAll(/^Environment=(POINTONE_\w+)=/gm)].map(([, variable]) => variable);
  expect(used).toEqual(['POINTONE_API_TOKEN_FILE']);
  expect(known).toEqual(expect.arrayContaining(used));
});
