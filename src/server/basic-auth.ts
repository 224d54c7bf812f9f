import { createHmac, randomBytes } from 'node:crypto';
import type { RequestListener, ServerResponse } from 'node:http';
import bcrypt from 'bcrypt';
import pLimit from 'p-limit';
import type { Users } from '../web-config/types.ts';
import { sendText } from './text-responses.ts';

/** Liveness and readiness probes work without a password. */
const UNAUTHENTICATED_PATHS = new Set(['/-/healthy', '/-/ready']);

const CHALLENGE = 'Basic realm="pointone-token-exporter", charset="UTF-8"';

/**
 * Wraps a handler so that requests need the name and password of a user. Without users, every request passes.
 *
 * @param users is called for each request, so that a reloaded configuration applies immediately
 */
export function withBasicAuth(handler: RequestListener, users: () => Users): RequestListener {
  const passwords = new PasswordChecker();
  return async (request, response) => {
    const currentUsers = users();
    // A request target in absolute form always needs a password: parsers disagree about its path.
    const [path = ''] = (request.url ?? '').split('?', 1);
    if (currentUsers.size === 0 || UNAUTHENTICATED_PATHS.has(path)) {
      handler(request, response);
      return;
    }
    const credentials = parseCredentials(request.headers.authorization);
    switch (
      credentials === undefined
        ? 'invalid'
        : await passwords.check(currentUsers, credentials.user, credentials.password)
    ) {
      case 'valid':
        handler(request, response);
        return;
      case 'invalid':
        response.setHeader('WWW-Authenticate', CHALLENGE);
        sendRejection(response, 401, 'user name and password required');
        return;
      case 'busy':
        response.setHeader('Retry-After', '1');
        sendRejection(response, 503, 'too many concurrent password checks; try again later');
        return;
    }
  };
}

/** Parses an `Authorization` header (RFC 7617). The password stays a byte string, because its hash covers the bytes. */
function parseCredentials(header: string | undefined): { user: string; password: Buffer } | undefined {
  const [, encoded] = /^basic +([a-z0-9+/]+={0,2})$/i.exec(header ?? '') ?? [];
  if (encoded === undefined) return undefined;
  const decoded = Buffer.from(encoded, 'base64');
  const colon = decoded.indexOf(':');
  if (colon < 0) return undefined;
  return { user: decoded.toString('utf8', 0, colon), password: decoded.subarray(colon + 1) };
}

function sendRejection(response: ServerResponse, status: number, text: string): void {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  sendText(response, status, text);
}

/** Each check occupies one of the four libuv threads. The other threads resolve host names and read files. */
const MAX_CONCURRENT_CHECKS = 2;

/** Maximum number of queued checks. Further requests get a 503 with `Retry-After`. */
const MAX_PENDING_CHECKS = 64;

/** Maximum number of cached valid passwords. A scraper uses one or two. */
const MAX_CACHED = 100;

/** Longer passwords are rejected: bcrypt ignores bytes after the 72nd, so passwords could differ and still match. */
const MAX_PASSWORD_BYTES = 72;

export type PasswordResult = 'valid' | 'invalid' | 'busy';

/** Checks passwords outside the event loop. A check of an unknown user takes as long as that of a wrong password. */
export class PasswordChecker {
  readonly #key = randomBytes(32);
  readonly #limit = pLimit(MAX_CONCURRENT_CHECKS);
  /** Fingerprints of valid passwords, least recently used first. Their key never leaves this process. */
  readonly #cache = new Set<string>();
  readonly #pending = new Map<string, Promise<PasswordResult>>();

  /** @param users the current users; if they change, cached results no longer apply */
  check(users: Users, user: string, password: Buffer): Promise<PasswordResult> | PasswordResult {
    if (password.length > MAX_PASSWORD_BYTES || password.includes(0)) return 'invalid';
    const hash = users.get(user);
    const fingerprint = this.#fingerprint(JSON.stringify([user, hash]), password).toString('base64');
    if (this.#cache.has(fingerprint)) {
      this.#addToCache(fingerprint);
      return 'valid';
    }
    const pending = this.#pending.get(fingerprint);
    if (pending !== undefined) return pending;
    if (this.#limit.pendingCount >= MAX_PENDING_CHECKS) return 'busy';
    const result = this.#limit(() => this.#compare(users, user, password, fingerprint));
    this.#pending.set(fingerprint, result);
    return result;
  }

  async #compare(users: Users, user: string, password: Buffer, fingerprint: string): Promise<PasswordResult> {
    try {
      const hash = users.get(user);
      const matches = await bcrypt.compare(password, normalizeBcryptPrefix(hash ?? this.#dummyHash(users, user)));
      if (!matches || hash === undefined) return 'invalid';
      this.#addToCache(fingerprint);
      return 'valid';
    } finally {
      this.#pending.delete(fingerprint);
    }
  }

  /** Returns a hash for an unknown user: always the same for a name, because timing reveals the cost of a hash. */
  #dummyHash(users: Users, user: string): string {
    const hashes = [...users.values()];
    return hashes[this.#fingerprint(user).readUInt32BE() % hashes.length] ?? '';
  }

  #addToCache(fingerprint: string): void {
    this.#cache.delete(fingerprint);
    this.#cache.add(fingerprint);
    const [oldest = ''] = this.#cache;
    if (this.#cache.size > MAX_CACHED) this.#cache.delete(oldest);
  }

  /** Returns an HMAC. A NUL separates the text from the password, because JSON contains no raw NUL. */
  #fingerprint(text: string, password: Buffer = Buffer.of()): Buffer {
    return createHmac('sha256', this.#key).update(text).update('\0').update(password).digest();
  }
}

/** Converts `$2y$`, as Apache's htpasswd writes it, to the equivalent `$2b$`. The bcrypt package rejects `$2y$`. */
function normalizeBcryptPrefix(hash: string): string {
  return hash.replace(/^\$2y\$/, '$2b$');
}
