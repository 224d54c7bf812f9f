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
  it.each([0, 1, 1023, 1024, 1025, 5000])('of %i bytes is read whole, up to its last byte', async (size) => {
    const content = 'ab'.repeat(size).slice(0, size);
    expect((await readRegularFile(fileWith(content), size)).toString()).toBe(content);
  });

  it.runIf(process.platform === 'linux')('is read whole where its size is told as 0, as in /proc', async () => {
    expect((await readRegularFile('/proc/self/status', 1 << 20)).toString()).toMatch(/^Name:.*VmRSS:/s);
  });

  it('is refused when it is larger than is allowed', async () => {
    await expect(readRegularFile(fileWith('a'.repeat(101)), 100)).rejects.toThrow('is larger than 100 bytes');
  });

  it.runIf(process.platform === 'linux')('is refused when it turns out larger than its told size', async () => {
    await expect(readRegularFile('/proc/self/status', 100)).rejects.toThrow('is larger than 100 bytes');
  });
});

describe('what cannot be read is told in words to be read after the path:', () => {
  const pipe = (): string => {
    const path = join(temporaryFolder(), 'pipe');
    execFileSync('mkfifo', [path]);
    return path;
  };

  it.each([
    ['nothing', () => join(temporaryFolder(), 'missing'), 'does not exist'],
    ['a folder', () => temporaryFolder(), 'is a folder'],
    ['a named pipe that nobody writes to', pipe, 'is not a regular file'],
    ['a device', () => '/dev/zero', 'is not a regular file'],
    ['a path through a file', () => join(fileWith(''), 'file'), 'cannot be read (ENOTDIR)'],
    ['a path with a NUL', () => '/tmp/a\0b', 'cannot be read (ERR_INVALID_ARG_VALUE)'],
  ])('%s', async (_what, path, message) => {
    const error: unknown = await readRegularFile(path(), 100).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(FileError);
    expect((error as FileError).message).toBe(message);
  });
});

/** A file system whose reads come back when the test says so, under a clock that the test sets. */
function slowFiles(patienceMs?: number) {
  const begun: { path: string; answer: (content: string) => void; fail: () => void }[] = [];
  let ms = 0;
  const read = createFileReader({
    read: (path) =>
      new Promise((resolve, reject) => {
        const answer = (content: string): void => resolve(Buffer.from(content));
        begun.push({ path, answer, fail: () => reject(new FileError('cannot be read (EIO)')) });
      }),
    monotonic: () => ms,
    ...(patienceMs === undefined ? {} : { timeoutMs: patienceMs }),
  });
  return {
    read: async (path: string) => (await read(path, 100)).toString(),
    begun,
    pass: (by: number) => {
      ms += by;
    },
    /** Everything that could begin has begun. */
    settled: () => new Promise((resolve) => setImmediate(resolve)),
  };
}

describe('reads of one path', () => {
  it('never overlap, and give what was read after they were asked for', async () => {
    const { read, begun, settled } = slowFiles();
    const first = read('a');
    await settled();
    const second = read('a');
    const third = read('a');
    await settled();
    expect(begun).toHaveLength(1);
    begun[0]?.answer('old');
    expect(await first).toBe('old');
    await settled();
    expect(begun).toHaveLength(2);
    begun[1]?.answer('new');
    expect(await Promise.all([second, third])).toEqual(['new', 'new']);
    await settled();
    expect(begun).toHaveLength(2);
  });

  it('go on after one that failed', async () => {
    const { read, begun, settled } = slowFiles();
    const first = read('a');
    await settled();
    const second = read('a');
    begun[0]?.fail();
    await expect(first).rejects.toThrow('EIO');
    await settled();
    begun[1]?.answer('content');
    expect(await second).toBe('content');
  });

  it('do not pile up behind one that does not come back, and recover with it', async () => {
    const { read, begun, pass, settled } = slowFiles();
    const stuck = read('a');
    await settled();
    pass(4_999);
    const patient = read('a');
    pass(1);
    await expect(read('a')).rejects.toThrow('cannot be read: its file system does not answer');
    begun[0]?.answer('late');
    expect(await stuck).toBe('late');
    await settled();
    begun[1]?.answer('after');
    expect(await patient).toBe('after');
    const again = read('a');
    await settled();
    begun[2]?.answer('again');
    expect(await again).toBe('again');
  });
});

describe('whoever waits for a read', () => {
  const PATIENCE_MS = 20;

  it('is told when it does not come back, the first as well as those behind', async () => {
    const { read } = slowFiles(PATIENCE_MS);
    const first = read('a');
    const second = read('a');
    for (const one of [first, second]) {
      await expect(one).rejects.toThrow(new FileError('cannot be read: its file system does not answer'));
    }
  });

  it('is told of other files when those keep it from its turn, and is served once one of them comes back', async () => {
    const { read, begun, settled, pass } = slowFiles(PATIENCE_MS);
    const dead = [read('dead 1'), read('dead 2')].map((one) => expect(one).rejects.toThrow('its file system'));
    const behind = 'cannot be read: the reads of other files, whose file system does not answer, come first';
    await expect(read('alive')).rejects.toThrow(new FileError(behind));
    await Promise.all(dead);
    pass(PATIENCE_MS);
    await expect(read('alive')).rejects.toThrow(new FileError(behind));
    begun[0]?.answer('late');
    await settled();
    // Nobody waits for this one any more, but it has its turn.
    begun.find(({ path }) => path === 'alive')?.answer('of nobody');
    await settled();
    const now = read('alive');
    await settled();
    begun.findLast(({ path }) => path === 'alive')?.answer('content');
    expect(await now).toBe('content');
  });
});

describe('reads of several paths', () => {
  it('go on beside one that does not come back', async () => {
    const { read, begun, settled } = slowFiles();
    void read('dead');
    const alive = read('alive');
    await settled();
    begun.find(({ path }) => path === 'alive')?.answer('content');
    expect(await alive).toBe('content');
  });

  it('hold two threads at most, so that names are resolved and answers compressed while file servers are dead', async () => {
    const { read, begun, settled } = slowFiles();
    const results = ['a', 'b', 'c'].map((path) => read(path));
    await settled();
    expect(begun.map(({ path }) => path)).toEqual(['a', 'b']);
    begun[1]?.answer('of b');
    expect(await results[1]).toBe('of b');
    await settled();
    expect(begun.map(({ path }) => path)).toEqual(['a', 'b', 'c']);
  });
});
