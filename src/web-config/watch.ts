import type { Logger } from 'pino';
import { formatProblem } from '../config/problem.ts';
import { fingerprintFiles } from './files.ts';
import { readWebConfigFile, type WebConfigReading } from './load.ts';
import type { WebConfig } from './types.ts';

/** The interval between polls. The files are few and small, so that one poll is cheap. */
const INTERVAL_MS = 1_000;

export interface WebConfigWatchOptions {
  /** The reading of the active configuration. */
  readonly reading: WebConfigReading;
  /** Activates a changed configuration. */
  readonly apply: (config: WebConfig) => void;
  /** Called after each change. `ok` is true if the current files are active. */
  readonly onOutcome: (ok: boolean) => void;
  readonly log: Logger;
  readonly intervalMs?: number;
}

/**
 * Polls the web configuration, its certificates and its keys for changes. It compares contents rather than timestamps
 * or inodes, and so detects renames, swapped symlinks and writes in place. A problem is logged once, and the previous
 * configuration stays active.
 */
export class WebConfigWatch {
  readonly #options: WebConfigWatchOptions;
  readonly #timer: NodeJS.Timeout;
  #last: WebConfigReading;
  /** The fingerprint of the active configuration. */
  #activeFingerprint: string;
  /** Whether the active configuration has TLS or users. */
  #isProtected: boolean;
  /** The fingerprint of the change that the previous poll saw, which may have been in the middle of a write. */
  #pendingFingerprint: string | undefined;
  #polling: Promise<boolean> | undefined;

  constructor(options: WebConfigWatchOptions) {
    this.#options = options;
    this.#last = options.reading;
    this.#activeFingerprint = options.reading.fingerprint;
    this.#isProtected = isProtected(options.reading);
    // While a poll hangs on a dead file server, #startPoll starts no other.
    this.#timer = setInterval(() => void this.poll(), options.intervalMs ?? INTERVAL_MS).unref();
  }

  /** Runs the periodic check: a change is applied once two successive polls see the same content. */
  poll(): Promise<boolean> {
    return this.#startPoll(true);
  }

  /** Checks now and applies a change immediately. Resolves to whether the current files are active. */
  async checkNow(): Promise<boolean> {
    // A poll in progress may have read a file before it was changed.
    await this.#polling;
    return this.#startPoll(false);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #startPoll(requireStable: boolean): Promise<boolean> {
    this.#polling ??= this.#compare(requireStable).finally(() => {
      this.#polling = undefined;
    });
    return this.#polling;
  }

  /** @param requireStable apply a change only if two polls see it: a half-written file may be valid but less strict */
  async #compare(requireStable: boolean): Promise<boolean> {
    const { file, origin, paths, fingerprint } = this.#last;
    if ((await fingerprintFiles(paths)) === fingerprint) this.#pendingFingerprint = undefined;
    else {
      // Compare two complete readings: the file may now reference other files.
      const reading = this.#rejectEmptied(await readWebConfigFile(file, origin));
      const isStable = !requireStable || reading.fingerprint === this.#pendingFingerprint;
      this.#pendingFingerprint = reading.fingerprint;
      // The change may have been reverted in the meantime.
      if (isStable && reading.fingerprint !== fingerprint) this.#applyReading(reading);
    }
    return 'config' in this.#last.result;
  }

  /** Rejects an empty file: a truncated file or a full disk must not disable TLS and authentication. */
  #rejectEmptied(reading: WebConfigReading): WebConfigReading {
    if (!reading.empty || !this.#isProtected) return reading;
    const message = `${reading.file} is empty; to disable TLS and authentication, write {} to it`;
    return { ...reading, result: { problems: [{ location: reading.origin, message }] } };
  }

  #applyReading(reading: WebConfigReading): void {
    const { apply, onOutcome, log } = this.#options;
    this.#last = reading;
    const { result } = reading;
    if ('problems' in result) {
      const problems = result.problems.map(formatProblem);
      log.error({ problems }, 'web configuration reload failed; keeping previous configuration');
    } else {
      if (reading.fingerprint !== this.#activeFingerprint) apply(result.config);
      this.#activeFingerprint = reading.fingerprint;
      this.#isProtected = isProtected(reading);
      log.info(summary(result.config), 'web configuration reloaded');
    }
    onOutcome('config' in result);
  }
}

function isProtected({ result }: WebConfigReading): boolean {
  return 'config' in result && (result.config.tls !== undefined || result.config.users.size > 0);
}

/** Summarizes a web configuration for the log. */
function summary({ tls, users }: WebConfig): { readonly tls: boolean; readonly basic_auth: boolean } {
  return { tls: tls !== undefined, basic_auth: users.size > 0 };
}
