import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import pLimit from 'p-limit';

/**
 * Reports that a file cannot be read. The message does not contain the path; callers prepend it, as in "token.txt does
 * not exist".
 */
export class FileError extends Error {
  override readonly name = 'FileError';
  /** The error code, such as ENOENT, if there is one. */
  readonly code: string | undefined;

  constructor(message: string, code?: string) {
    super(message);
    this.code = code;
  }
}

/** Reads a file. Rejects with FileError if the file cannot be read or is larger than `maxBytes`. */
type ReadFile = (path: string, maxBytes: number) => Promise<Buffer>;

interface FileReaderOptions {
  readonly read?: ReadFile;
  /** How long a caller waits for a file, in milliseconds. */
  readonly timeoutMs?: number;
  /** A monotonic clock, in milliseconds. */
  readonly monotonic?: () => number;
}

/**
 * Limits the libuv threads that reads can block. A read from a file server that hangs cannot be cancelled and blocks
 * one of the four threads, which also resolve names, check passwords and compress responses.
 */
const MAX_CONCURRENT_READS = 2;

/** Limits how long callers wait. The files are small, so a read that takes longer than this most likely hangs. */
const READ_TIMEOUT_MS = 5_000;

/** A read that is running or queued. */
interface PendingRead {
  readonly requestedAt: number;
  /** Undefined while the read is queued. */
  startedAt: number | undefined;
  readonly content: Promise<Buffer>;
  /** The next read, shared by all callers that arrive during this one. */
  next: Promise<Buffer> | undefined;
}

/**
 * Creates a reader that runs at most one read per path and size limit, and two in total. A result is never older than
 * its request: callers that arrive during a read share the next one. A caller waits at most `timeoutMs`. If the current
 * read has already taken that long, new callers fail immediately.
 */
export function createFileReader({
  read = readOnce,
  timeoutMs = READ_TIMEOUT_MS,
  monotonic = () => performance.now(),
}: FileReaderOptions = {}): ReadFile {
  const limit = pLimit(MAX_CONCURRENT_READS);
  const pending = new Map<string, PendingRead>();

  const startRead = (key: string, path: string, maxBytes: number): PendingRead => {
    const content = limit(() => {
      pendingRead.startedAt = monotonic();
      return read(path, maxBytes);
    }).finally(() => pending.delete(key));
    const pendingRead: PendingRead = { requestedAt: monotonic(), startedAt: undefined, content, next: undefined };
    pending.set(key, pendingRead);
    return pendingRead;
  };

  /**
   * Creates the error for a read that timed out because the file system of this file, or of the files ahead of it,
   * hangs.
   */
  const timeoutError = (key: string): FileError =>
    new FileError(
      pending.get(key)?.startedAt === undefined
        ? 'cannot be read: waiting for other files whose file system does not respond'
        : 'cannot be read: its file system does not respond',
    );

  const withTimeout = (key: string, content: Promise<Buffer>): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(timeoutError(key)), timeoutMs);
      content.then(resolve, reject).finally(() => clearTimeout(timer));
    });

  return (path, maxBytes) => {
    const key = `${maxBytes} ${path}`;
    const current = pending.get(key);
    if (current === undefined) return withTimeout(key, startRead(key, path, maxBytes).content);
    if (monotonic() - (current.startedAt ?? current.requestedAt) >= timeoutMs) return Promise.reject(timeoutError(key));
    // If another caller has started a read in the meantime, share it: it started after this request.
    const next = (): Promise<Buffer> => (pending.get(key) ?? startRead(key, path, maxBytes)).content;
    current.next ??= current.content.then(next, next);
    return withTimeout(key, current.next);
  };
}

/**
 * Reads a small regular file: a secret, a certificate or a configuration. Callers must not modify the buffer, because
 * concurrent callers share it.
 *
 * @throws FileError
 */
export const readRegularFile: ReadFile = createFileReader();

async function readOnce(path: string, maxBytes: number): Promise<Buffer> {
  try {
    // Without O_NONBLOCK, opening a named pipe would block its thread until a writer opens it.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return await readBounded(file, maxBytes);
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
  EISDIR: 'is a directory',
  EACCES: 'cannot be read: permission denied; check the owner and mode of the file and its folders',
};

/** A reload, a call and a change of a file each read it again. */
const PIPE_MESSAGE =
  'is not a regular file but a pipe, such as <(…), which can be read only once; use a file, because the exporter reads it again';

/** The minimum buffer size, for a file that grows while it is read: one more read is then usually sufficient. */
const MIN_CHUNK_BYTES = 1024;

async function readBounded(file: FileHandle, maxBytes: number): Promise<Buffer> {
  const stat = await file.stat();
  if (stat.isDirectory()) throw new FileError('is a directory', 'EISDIR');
  if (stat.isFIFO()) throw new FileError(PIPE_MESSAGE);
  if (!stat.isFile()) throw new FileError('is not a regular file');
  const chunks: Buffer[] = [];
  let total = 0;
  // The size is only an estimate: a file may grow after stat, and files in /proc report 0.
  for (;;) {
    if (Math.max(total, stat.size) > maxBytes) throw new FileError(`is larger than ${maxBytes} bytes`, 'EFBIG');
    const chunkBytes = Math.min(Math.max(stat.size - total, MIN_CHUNK_BYTES), maxBytes + 1 - total);
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(chunkBytes));
    if (bytesRead === 0) return Buffer.concat(chunks, total);
    total += bytesRead;
    chunks.push(buffer.subarray(0, bytesRead));
  }
}
