import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import pLimit from 'p-limit';

/** A file could not be read. The message is to be read after the path, as in "token.txt does not exist". */
export class FileError extends Error {
  override readonly name = 'FileError';
  /** The system's name for it, such as ENOENT, where there is one. */
  readonly code: string | undefined;

  constructor(message: string, code?: string) {
    super(message);
    this.code = code;
  }
}

/** Reads one file as it is now. Rejects with FileError. */
type ReadFile = (path: string, largestBytes: number) => Promise<Buffer>;

interface FileReaderOptions {
  readonly read?: ReadFile;
  /** How long whoever asks for a file waits, in milliseconds. */
  readonly timeoutMs?: number;
  /** Milliseconds of a clock that nobody sets. */
  readonly monotonic?: () => number;
}

/**
 * A read from a dead file server cannot be given up: it keeps one of libuv's four threads, which resolve names, check
 * passwords and compress as well. Two such reads leave the others room; more wait until one comes back.
 */
const MAX_CONCURRENT_READS = 2;

/** The files are small: a read that takes so long will most likely not end soon, and nobody waits for it any longer. */
const READ_TIMEOUT_MS = 5_000;

/** One read that was begun, or waits for its place. */
interface PendingRead {
  readonly requestedAt: number;
  /** Undefined while it waits for its place. */
  startedAt: number | undefined;
  readonly content: Promise<Buffer>;
  /** The read after this one, for all who ask while this one is under way. */
  next: Promise<Buffer> | undefined;
}

/**
 * Makes a reader that has one read of a path under way at most, and two in all. What it gives was always read after
 * it was asked for: who asks during a read waits for the next one, together with the others who do. Nobody waits longer
 * than `patienceMs`; who comes when a read has taken that long already is told so at once.
 */
export function createFileReader({
  read = readOnce,
  timeoutMs: patienceMs = READ_TIMEOUT_MS,
  monotonic = () => performance.now(),
}: FileReaderOptions = {}): ReadFile {
  const limit = pLimit(MAX_CONCURRENT_READS);
  const pending = new Map<string, PendingRead>();

  const startRead = (key: string, path: string, largestBytes: number): PendingRead => {
    const content = limit(() => {
      turn.startedAt = monotonic();
      return read(path, largestBytes);
    }).finally(() => pending.delete(key));
    const turn: PendingRead = { requestedAt: monotonic(), startedAt: undefined, content, next: undefined };
    pending.set(key, turn);
    return turn;
  };

  /** What keeps a path from being read: its own file system, or those of the files before it. */
  const timeoutError = (key: string): FileError =>
    new FileError(
      pending.get(key)?.startedAt === undefined
        ? 'cannot be read: the reads of other files, whose file system does not answer, come first'
        : 'cannot be read: its file system does not answer',
    );

  const withTimeout = (key: string, content: Promise<Buffer>): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(timeoutError(key)), patienceMs);
      content.then(resolve, reject).finally(() => clearTimeout(timer));
    });

  return (path, largestBytes) => {
    const key = `${largestBytes} ${path}`;
    const turn = pending.get(key);
    if (turn === undefined) return withTimeout(key, startRead(key, path, largestBytes).content);
    if (monotonic() - (turn.startedAt ?? turn.requestedAt) >= patienceMs) return Promise.reject(timeoutError(key));
    // Whoever was quicker to begin the next read did so after this was asked for.
    const next = (): Promise<Buffer> => (pending.get(key) ?? startRead(key, path, largestBytes)).content;
    turn.next ??= turn.content.then(next, next);
    return withTimeout(key, turn.next);
  };
}

/**
 * Reads a regular file, for what has to be small: a secret, a certificate, a configuration. The buffer may be shared
 * with others who asked for the same path.
 *
 * @throws FileError
 */
export const readRegularFile: ReadFile = createFileReader();

async function readOnce(path: string, largestBytes: number): Promise<Buffer> {
  try {
    // Without O_NONBLOCK, opening a named pipe would wait for a writer and keep its thread.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return await readBounded(file, largestBytes);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof FileError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new FileError(REASONS[code] ?? `cannot be read (${code})`, code);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EISDIR: 'is a folder',
  EACCES: 'may not be read by this user',
};

/** Room for a file that grows while it is read, so that one read more is enough most of the time. */
const MIN_CHUNK_BYTES = 1024;

async function readBounded(file: FileHandle, largestBytes: number): Promise<Buffer> {
  const stat = await file.stat();
  if (stat.isDirectory()) throw new FileError('is a folder', 'EISDIR');
  if (!stat.isFile()) throw new FileError('is not a regular file');
  const chunks: Buffer[] = [];
  let total = 0;
  // The size is a first guess alone: a file may grow after it was asked, and those of /proc say 0.
  for (;;) {
    if (Math.max(total, stat.size) > largestBytes) throw new FileError(`is larger than ${largestBytes} bytes`, 'EFBIG');
    const room = Math.min(Math.max(stat.size - total, MIN_CHUNK_BYTES), largestBytes + 1 - total);
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(room));
    if (bytesRead === 0) return Buffer.concat(chunks, total);
    total += bytesRead;
    chunks.push(buffer.subarray(0, bytesRead));
  }
}
