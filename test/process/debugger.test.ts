import { describe, expect, it } from 'vitest';
import { simulate } from '../support/exporter.ts';
import { serve } from '../support/exporter-process.ts';
import { freePort } from '../support/free-port.ts';

/** Returns a module that sends SIGUSR1 to its own process before the program is loaded, and waits for the debugger. */
const SIGNAL_BEFORE_THE_PROGRAM = `
  import inspector from 'node:inspector';
  process.kill(process.pid, 'SIGUSR1');
  while (inspector.url() === undefined) await new Promise((resolve) => setTimeout(resolve, 5));`;

/** Returns a module that sends SIGUSR1 while the program loads its second file. */
const SIGNAL_DURING_THE_LOAD = `
  import { register } from 'node:module';
  register(${JSON.stringify(
    dataUrl(`export async function load(url, context, next) {
      if (url.endsWith('/dist/commands/run.js')) process.kill(process.pid, 'SIGUSR1');
      return next(url, context);
    }`),
  )});`;

function dataUrl(source: string): string {
  return `data:text/javascript,${encodeURIComponent(source)}`;
}

/** Starts the exporter with a debugger port of its own. */
async function start(nodeOptions = '') {
  const { simulator, user } = await simulate();
  const port = await freePort();
  const exporter = await serve([], {
    POINTONE_API_ENDPOINT: simulator.url,
    POINTONE_API_TOKEN: user.credential,
    NODE_OPTIONS: `--inspect-port=127.0.0.1:${port} ${nodeOptions}`,
  });
  /** Resolves to whether the debugger answers. */
  const isDebuggable = () =>
    fetch(`http://127.0.0.1:${port}/json/version`).then(
      ({ ok }) => ok,
      () => false,
    );
  return { ...exporter, isDebuggable };
}

describe('SIGUSR1', () => {
  it('does not open the debugger, and the exporter continues', async () => {
    const { child, url, isDebuggable, stderr } = await start();
    child.kill('SIGUSR1');
    // Node opens the debugger before it handles the next request.
    for (let index = 0; index < 20; index += 1) {
      expect((await fetch(`${url}/-/healthy`)).status).toBe(200);
      expect(await isDebuggable()).toBe(false);
    }
    expect(stderr()).not.toContain('Debugger');
  });

  it('during the load of the program does not open the debugger', async () => {
    const { isDebuggable, stderr } = await start(`--import=${dataUrl(SIGNAL_DURING_THE_LOAD)}`);
    expect(await isDebuggable()).toBe(false);
    expect(stderr()).not.toContain('Debugger');
  });

  it('before the program is loaded opens a debugger that is closed again', async () => {
    const { isDebuggable, stderr } = await start(`--import=${dataUrl(SIGNAL_BEFORE_THE_PROGRAM)}`);
    expect(stderr()).toContain('Debugger listening');
    expect(await isDebuggable()).toBe(false);
  });
});

it('a debugger that --inspect requests stays open', async () => {
  const { isDebuggable } = await start('--inspect');
  expect(await isDebuggable()).toBe(true);
});
