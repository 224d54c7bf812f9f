import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readScrape, simulate, temporaryFolder, until } from '../support/exporter.ts';
import { run, serve, start } from '../support/exporter-process.ts';

/** A module that lets a SIGHUP come as soon as the program asks for more than its first file. */
function hungUpWhileLoading(): string {
  const module = (source: string): string => `data:text/javascript,${encodeURIComponent(source)}`;
  const hooks = `export async function load(url, context, next) {
    if (url.endsWith('/dist/commands/run.js')) process.kill(process.pid, 'SIGHUP');
    return next(url, context);
  }`;
  return module(`import { register } from 'node:module'; register(${JSON.stringify(module(hooks))});`);
}

async function configured() {
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

async function accounts(url: string): Promise<string[]> {
  const { samples } = readScrape(await (await fetch(`${url}/metrics?collect[]=accounts`)).text());
  return samples.flatMap(({ name, labels }) => (name === 'pointone_up' ? (labels['account'] ?? []) : []));
}

describe('SIGHUP', () => {
  it('reads the configuration file anew, without --web.enable-lifecycle too', async () => {
    const { configure, environment } = await configured();
    const { url, child, stderr } = await serve([], environment);
    expect(await accounts(url)).toEqual(['one']);
    await configure('one', 'two');
    child.kill('SIGHUP');
    await until(() => stderr().includes('configuration reloaded'));
    expect(await accounts(url)).toEqual(['one', 'two']);
    expect(stderr()).toMatch(/"added":\["two"\],"changed":\[\],"removed":\[\]/);
  });

  it('with a bad file leaves everything as it was, and says every problem', async () => {
    const { configure, environment } = await configured();
    const { url, child, stderr } = await serve([], environment);
    await configure('one', '""', 'one');
    child.kill('SIGHUP');
    await until(() => stderr().includes('keeping previous configuration'));
    expect(stderr()).toMatch(/accounts\.yml:3: .*must not be empty.*accounts\.yml:4: .*is taken/);
    expect(await accounts(url)).toEqual(['one']);
    child.kill('SIGTERM');
  });

  it('in the first moment is kept until there is something to reload', async () => {
    const { environment } = await configured();
    const { stderr } = await serve([], { ...environment, NODE_OPTIONS: `--import=${hungUpWhileLoading()}` });
    await until(() => stderr().includes('configuration reloaded'));
  });

  it('reads the accounts although the web configuration cannot be used at present, and tells of both', async () => {
    const { configure, environment } = await configured();
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
    await until(() => stderr().includes('configuration reloaded') && stderr().includes('cannot be used'));
    expect(await accounts(url)).toEqual(['two']);
    expect(await successful()).toBe(0);
    await writeFile(web, '');
    await until(() => stderr().includes('web configuration in force'));
    expect(await successful()).toBe(1);
  });

  it('ends a command that has nothing to reload', async () => {
    const { simulator, environment } = await configured();
    simulator.setFault({ kind: 'hang' });
    const { child, ended } = start(['metrics'], environment);
    await until(() => simulator.calls.total === 1);
    child.kill('SIGHUP');
    expect(await ended).toMatchObject({ code: null, signal: 'SIGHUP' });
    const early = await run(['metrics'], { ...environment, NODE_OPTIONS: `--import=${hungUpWhileLoading()}` });
    expect(early).toMatchObject({ code: null, signal: 'SIGHUP', stdout: '' });
  });

  it('many times in a row ends with the file as it was last written', async () => {
    const { configure, environment } = await configured();
    const { url, child, stderr } = await serve([], environment);
    for (let index = 0; index < 30; index += 1) {
      await configure(`name-${index}`);
      child.kill('SIGHUP');
    }
    await until(() => stderr().includes('"added":["name-29"]'));
    expect(await accounts(url)).toEqual(['name-29']);
  });
});
