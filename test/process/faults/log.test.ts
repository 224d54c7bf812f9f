import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readScrape, temporaryFolder, until } from '../../support/exporter.ts';
import { start } from '../../support/exporter-process.ts';
import { freePort } from '../../support/free-port.ts';

/** A pipe that holds 64 KiB and that nobody reads but the test, when it likes to. */
async function unreadPipe() {
  const path = join(await temporaryFolder(), 'pipe');
  execFileSync('mkfifo', [path]);
  // Opened twice, as a program that is started makes the end that it gets a blocking one.
  const reading = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const pipe = openSync(path, constants.O_WRONLY);
  onTestFinished(() => {
    closeSync(reading);
    closeSync(pipe);
  });
  const chunk = Buffer.alloc(64 * 1024);
  const read = (): string => {
    try {
      return chunk.toString('utf8', 0, readSync(reading, chunk));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return '';
      throw error;
    }
  };
  return { pipe, read };
}

const ACCOUNTS = 20;

/** Accounts whose every failure is a line of about 4 KB: the message says where the token file should be. */
async function talkativeAccounts(): Promise<string> {
  const folder = await temporaryFolder();
  const missing = `${'long/'.repeat(780)}token`;
  const accounts = Array.from({ length: ACCOUNTS }, (_, index) => ({ name: `a${index}`, token_file: missing }));
  await writeFile(join(folder, 'accounts.yml'), JSON.stringify({ accounts }));
  return join(folder, 'accounts.yml');
}

describe.each([
  ['json', /"dropped_lines":(\d+),"msg":"log lines dropped"/],
  ['text', /WARN: log lines dropped {"dropped_lines":(\d+)}/],
])('a log (%s) that nobody reads', (format, tellsLoss) => {
  async function stalled() {
    const { pipe, read } = await unreadPipe();
    const port = await freePort();
    const { child, ended } = start(
      [
        `--config.file=${await talkativeAccounts()}`,
        `--web.listen-address=127.0.0.1:${port}`,
        `--log.format=${format}`,
        '--log.level=debug',
      ],
      {},
      pipe,
    );
    let log = '';
    await until(() => {
      log += read();
      return log.includes('listening');
    });
    const scrape = async () => readScrape(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text());
    // Far more than the pipe and the backlog of a megabyte hold.
    for (let index = 0; index < 25; index += 1) await scrape();
    return { child, ended, scrape, read };
  }

  it('holds up no scrape, and says how many lines are lost once somebody reads again', async () => {
    const { scrape, read } = await stalled();
    const metrics = await scrape();
    expect(metrics.value('pointone_scrape_errors_total', { account: 'a0', reason: 'credential' })).toBe(26);
    let log = '';
    await until(() => {
      log += read();
      return tellsLoss.test(log);
    });
    const written = log.slice(0, log.search(tellsLoss)).match(/fetch failed/g)?.length ?? 0;
    const lost = Number(tellsLoss.exec(log)?.[1]);
    expect(lost).toBeGreaterThan(0);
    // What was read of the first lines belongs to the start.
    expect(written + lost).toBe(26 * ACCOUNTS);
  });

  it('does not hold up the end of the exporter', async () => {
    const { child, ended } = await stalled();
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0, signal: null });
  });
});

describe('a log whose reader is slow', () => {
  it('is written to its last line before the program ends', async () => {
    const { pipe, read } = await unreadPipe();
    const { child, ended } = start(['metrics', `--config.file=${await talkativeAccounts()}`], {}, pipe);
    let log = '';
    let over = false;
    void ended.then(() => {
      over = true;
    });
    child.stdout?.resume();
    await until(() => {
      log += read();
      return over;
    });
    log += read();
    expect(log.trimEnd().split('\n')).toHaveLength(ACCOUNTS);
  });
});
