import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFileReader, FileError, readRegularFile } from '../../../src/runtime/file-reader.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

function fileWith(content: string): string {
  const path = join(temporaryFolder(), 'file');
  writeFileSync(path, content);
  return path;
}

describe('a regular file', () => {
  it.each([0, 1, 1023, 1024, 1025, 5000])(
    'of %i bytes is read completely, with the limit at its size',
    async (size) => {
      const content = 'ab'.repeat(size).slice(0, size);
      expect((await readRegularFile(fileWith(content), size)).toString()).toBe(content);
    },
  );

  it.runIf(process.platform === 'linux')('is read completely when its size is reported as 0, as in /proc', async () => {
    expect((await readRegularFile('/proc/self/status', 1 << 20)).toString()).toMatch(/^Name:.*VmRSS:/s);
  });

  it('is rejected when it is larger than the limit', async () => {
    await expect(readRegularFile(fileWith('a'.repeat(101)), 100)).rejects.toThrow('is larger than 100 bytes');
  });

  it.runIf(process.platform === 'linux')(
    'is rejected when its content exceeds the limit, whatever size is reported',
    async () => {
      await expect(readRegularFile('/proc/self/status', 100)).rejects.toThrow('is larger than 100 bytes');
    },
  );
});

describe('the error message, which follows the path, for', () => {
  const pipe = (): string => {
    const path = join(temporaryFolder(), 'pipe');
    execFileSync('mkfifo', [path]);
    return path;
  };

  it.each([
    ['a missing file', () => join(temporaryFolder(), 'missing'), 'does not exist'],
    ['a directory', () => temporaryFolder(), 'is a directory'],
    ['a named pipe without a writer', pipe, expect.stringMatching(/^is not a regular file but a pipe.*read.* again/)],
    ['a device', () => '/dev/zero', 'is not a regular file'],
    ['a path through a file', () => join(fileWith(''), 'file'), 'cannot be read (ENOTDIR)'],
    ['a path with a NUL', () => '/tmp/a\0b', 'cannot be read (ERR_INVALID_ARG_VALUE)'],
  ])('%s', async (_description, path, message) => {
    const error: unknown = await readRegularFile(path(), 100).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(FileError);
    expect((error as FileError).message).toEqual(message);
  });
});

/** Creates a reader whose reads the test completes, with a clock that the test sets. */
function slowFiles(timeoutMs?: number) {
  const reads: { path: string; succeed: (content: string) => void; fail: () => void }[] = [];
  let ms = 0;
  const read = createFileReader({
    read: (path) =>
      new Promise((resolve, reject) => {
        const succeed = (content: string): void => resolve(Buffer.from(content));
        reads.push({ path, succeed, fail: () => reject(new FileError('cannot be read (EIO)')) });
      }),
    monotonic: () => ms,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
  return {
    read: async (path: string) => (await read(path, 100)).toString(),
    reads,
    advance: (durationMs: number) => {
      ms += durationMs;
    },
    /** Resolves once all reads that can start have started. */
    settled: () => new Promise((resolve) => setImmediate(resolve)),
  };
}

describe('reads of one path', () => {
  it('never overlap, and each result is newer than its request', async () => {
    const { read, reads, settled } = slowFiles();
    const first = read('a');
    await settled();
    const second = read('a');
    const third = read('a');
    await settled();
    expect(reads).toHaveLength(1);
    reads[0]?.succeed('old');
    expect(await first).toBe('old');
    await settled();
    expect(reads).toHaveLength(2);
    reads[1]?.succeed('new');
    expect(await Promise.all([second, third])).toEqual(['new', 'new']);
    await settled();
    expect(reads).toHaveLength(2);
  });

  it('continue after a failed one', async () => {
    const { read, reads, settled } = slowFiles();
    const first = read('a');
    await settled();
    const second = read('a');
    reads[0]?.fail();
    await expect(first).rejects.toThrow('EIO');
    await settled();
    reads[1]?.succeed('content');
    expect(await second).toBe('content');
  });

  it('fail immediately behind a hung one, and recover when it completes', async () => {
    const { read, reads, advance, settled } = slowFiles();
    const hung = read('a');
    await settled();
    advance(4_999);
    const queued = read('a');
    advance(1);
    await expect(read('a')).rejects.toThrow('cannot be read: its file system does not respond');
    reads[0]?.succeed('late');
    expect(await hung).toBe('late');
    await settled();
    reads[1]?.succeed('after');
    expect(await queued).toBe('after');
    const again = read('a');
    await settled();
    reads[2]?.succeed('again');
    expect(await again).toBe('again');
  });
});

describe('the timeout of a read', () => {
  const TIMEOUT_MS = 20;

  it('applies to the caller that started the read and to those that queue behind it', async () => {
    const { read } = slowFiles(TIMEOUT_MS);
    const first = read('a');
    const second = read('a');
    for (const result of [first, second]) {
      await expect(result).rejects.toThrow(new FileError('cannot be read: its file system does not respond'));
    }
  });

  it('reports that other files block the queue, and reading works again once one of them completes', async () => {
    const { read, reads, settled, advance } = slowFiles(TIMEOUT_MS);
    const dead = [read('dead 1'), read('dead 2')].map((result) => expect(result).rejects.toThrow('its file system'));
    const blocked = 'cannot be read: waiting for other files whose file system does not respond';
    await expect(read('alive')).rejects.toThrow(new FileError(blocked));
    await Promise.all(dead);
    advance(TIMEOUT_MS);
    await expect(read('alive')).rejects.toThrow(new FileError(blocked));
    reads[0]?.succeed('late');
    await settled();
    // The callers of this read have timed out, but it still runs.
    reads.find(({ path }) => path === 'alive')?.succeed('unused');
    await settled();
    const result = read('alive');
    await settled();
    reads.findLast(({ path }) => path === 'alive')?.succeed('content');
    expect(await result).toBe('content');
  });
});

describe('reads of several paths', () => {
  it('continue while one hangs', async () => {
    const { read, reads, settled } = slowFiles();
    const dead = read('dead');
    const alive = read('alive');
    await settled();
    reads.find(({ path }) => path === 'alive')?.succeed('content');
    expect(await alive).toBe('content');
    reads.find(({ path }) => path === 'dead')?.succeed('late');
    await dead;
  });

  it('use at most two threads, so that DNS lookups and compression continue while file servers hang', async () => {
    const { read, reads, settled } = slowFiles();
    const results = ['a', 'b', 'c'].map((path) => read(path));
    await settled();
    expect(reads.map(({ path }) => path)).toEqual(['a', 'b']);
    reads[1]?.succeed('content of b');
    expect(await results[1]).toBe('content of b');
    await settled();
    expect(reads.map(({ path }) => path)).toEqual(['a', 'b', 'c']);
    for (const { succeed } of reads) succeed('content');
    await Promise.all(results);
  });
});
