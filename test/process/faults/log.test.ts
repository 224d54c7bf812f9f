import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readScrape, temporaryFolder, until } from '../../support/exporter.ts';
import { start } from '../../support/exporter-process.ts';
import { freePort } from '../../support/free-port.ts';

/** Creates a pipe with a buffer of 64 KiB that only the test reads. */
async function unreadPipe() {
  const path = join(await temporaryFolder(), 'pipe');
  execFileSync('mkfifo', [path]);
  // Open both ends separately: the started program makes its end blocking.
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

/** Writes an accounts file whose failures are log lines of about 4 KB, because each contains a long path. */
async function writeVerboseAccounts(): Promise<string> {
  const folder = await temporaryFolder();
  const missing = `${'long/'.repeat(780)}token`;
  const accounts = Array.from({ length: ACCOUNTS }, (_, index) => ({ name: `a${index}`, token_file: missing }));
  await writeFile(join(folder, 'accounts.yml'), JSON.stringify({ accounts }));
  return join(folder, 'accounts.yml');
}

describe.each([
  ['json', /"dropped_lines":(\d+),"msg":"log lines dropped"/],
  ['text', /WARN: log lines dropped {"dropped_lines":(\d+)}/],
])('an unread log (%s)', (format, droppedPattern) => {
  async function startStalled() {
    const { pipe, read } = await unreadPipe();
    const port = await freePort();
    const { child, ended } = start(
      [
        `--config.file=${await writeVerboseAccounts()}`,
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
    // Exceeds the pipe and the backlog of 1 MiB.
    for (let index = 0; index < 25; index += 1) await scrape();
    return { child, ended, scrape, read };
  }

  it('does not block scrapes, and reports the number of dropped lines once it is read again', async () => {
    const { scrape, read } = await startStalled();
    const metrics = await scrape();
    expect(metrics.value('pointone_scrape_errors_total', { account: 'a0', reason: 'credential' })).toBe(26);
    let log = '';
    await until(() => {
      log += read();
      return droppedPattern.test(log);
    });
    const written = log.slice(0, log.search(droppedPattern)).match(/fetch failed/g)?.length ?? 0;
    const dropped = Number(droppedPattern.exec(log)?.[1]);
    expect(dropped).toBeGreaterThan(0);
    // `log` does not contain the lines of the startup, which were read before.
    expect(written + dropped).toBe(26 * ACCOUNTS);
  });

  it('does not block the shutdown of the exporter', async () => {
    const { child, ended } = await startStalled();
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0, signal: null });
  });
});

describe('a log with a slow reader', () => {
  it('is written completely before the program ends', async () => {
    const { pipe, read } = await unreadPipe();
    const { child, ended } = start(['metrics', `--config.file=${await writeVerboseAccounts()}`], {}, pipe);
    let log = '';
    let hasEnded = false;
    void ended.then(() => {
      hasEnded = true;
    });
    child.stdout?.resume();
    await until(() => {
      log += read();
      return hasEnded;
    });
    log += read();
    expect(log.trimEnd().split('\n')).toHaveLength(ACCOUNTS);
  });
});
