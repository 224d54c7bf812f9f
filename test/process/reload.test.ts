import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readScrape, simulate, temporaryFolder, until } from '../support/exporter.ts';
import { run, serve, start } from '../support/exporter-process.ts';

/** Returns a module that sends SIGHUP when the program loads its second file. */
function hangUpWhileLoading(): string {
  const dataUrl = (source: string): string => `data:text/javascript,${encodeURIComponent(source)}`;
  const hooks = `export async function load(url, context, next) {
    if (url.endsWith('/dist/commands/run.js')) process.kill(process.pid, 'SIGHUP');
    return next(url, context);
  }`;
  return dataUrl(`import { register } from 'node:module'; register(${JSON.stringify(dataUrl(hooks))});`);
}

async function configureAccounts() {
  const { simulator, user } = await simulate();
  const folder = await temporaryFolder();
  const file = join(folder, 'accounts.yml');
  const configure = async (...names: string[]): Promise<void> => {
    await writeFile(join(folder, 'token'), user.credential);
    await writeFile(
      file,
      names
        .map((name) => `- { name: ${name}, token_file: token }\n`)
        .join('')
        .replace(/^/, 'accounts:\n'),
    );
  };
  await configure('one');
  return { simulator, configure, environment: { POINTONE_API_ENDPOINT: simulator.url, POINTONE_CONFIG_FILE: file } };
}

async function accountNames(url: string): Promise<string[]> {
  const { samples } = readScrape(await (await fetch(`${url}/metrics?collect[]=accounts`)).text());
  return samples.flatMap(({ name, labels }) => (name === 'pointone_up' ? (labels['account'] ?? []) : []));
}

describe('SIGHUP', () => {
  it('reloads the configuration file, also without --web.enable-lifecycle', async () => {
    const { configure, environment } = await configureAccounts();
    const { url, child, stderr } = await serve([], environment);
    expect(await accountNames(url)).toEqual(['one']);
    await configure('one', 'two');
    child.kill('SIGHUP');
    await until(() => stderr().includes('configuration reloaded'));
    expect(await accountNames(url)).toEqual(['one', 'two']);
    expect(stderr()).toMatch(/"added":\["two"\],"changed":\[\],"removed":\[\]/);
  });

  it('with an invalid file keeps the previous accounts and logs every problem', async () => {
    const { configure, environment } = await configureAccounts();
    const { url, child, stderr } = await serve([], environment);
    await configure('one', '""', 'one');
    child.kill('SIGHUP');
    await until(() => stderr().includes('keeping previous configuration'));
    expect(stderr()).toMatch(/accounts\.yml:3: .*must not be empty.*accounts\.yml:4: .*already used/);
    expect(await accountNames(url)).toEqual(['one']);
    child.kill('SIGTERM');
  });

  it('during startup is kept until a reload is possible', async () => {
    const { environment } = await configureAccounts();
    const { stderr } = await serve([], { ...environment, NODE_OPTIONS: `--import=${hangUpWhileLoading()}` });
    await until(() => stderr().includes('configuration reloaded'));
  });

  it('reloads the accounts although the web configuration is invalid, and reports both results', async () => {
    const { configure, environment } = await configureAccounts();
    const web = join(await temporaryFolder(), 'web.yml');
    await writeFile(web, '');
    const { url, child, stderr } = await serve([`--web.config.file=${web}`], environment);
    const successful = async () => {
      const { value } = readScrape(await (await fetch(`${url}/metrics?collect[]=exporter`)).text());
      return value('pointone_exporter_config_last_reload_successful');
    };
    await writeFile(web, 'tls: {}');
    await configure('two');
    child.kill('SIGHUP');
    await until(
      () => stderr().includes('configuration reloaded') && stderr().includes('web configuration reload failed'),
    );
    expect(await accountNames(url)).toEqual(['two']);
    expect(await successful()).toBe(0);
    await writeFile(web, '');
    await until(() => stderr().includes('web configuration reloaded'));
    expect(await successful()).toBe(1);
  });

  it('ends a command without a reload', async () => {
    const { simulator, environment } = await configureAccounts();
    simulator.setFault({ kind: 'hang' });
    const { child, ended } = start(['metrics'], environment);
    await until(() => simulator.calls.total === 1);
    child.kill('SIGHUP');
    expect(await ended).toMatchObject({ code: null, signal: 'SIGHUP' });
    const early = await run(['metrics'], { ...environment, NODE_OPTIONS: `--import=${hangUpWhileLoading()}` });
    expect(early).toMatchObject({ code: null, signal: 'SIGHUP', stdout: '' });
  });

  it('many times in a row results in the accounts that were written last', async () => {
    const { configure, environment } = await configureAccounts();
    const { url, child, stderr } = await serve([], environment);
    for (let index = 0; index < 30; index += 1) {
      await configure(`name-${index}`);
      child.kill('SIGHUP');
    }
    await until(() => stderr().includes('"added":["name-29"]'));
    expect(await accountNames(url)).toEqual(['name-29']);
  });
});
