import type { Logger } from 'pino';
import { formatProblem } from '../config/problem.ts';
import { fingerprintFiles } from './files.ts';
import { readWebConfigFile, type WebConfigReading } from './load.ts';
import type { WebConfig } from './types.ts';

/** The interval between polls. A poll is cheap, because the files are few and small. */
const INTERVAL_MS = 1_000;

export interface WebConfigWatchOptions {
  /** The result of reading the files at startup. */
  readonly reading: WebConfigReading;
  /** Activates a changed configuration. */
  readonly apply: (config: WebConfig) => void;
  /** Called after each change of the files. `ok` is true if their current content is active. */
  readonly onOutcome: (ok: boolean) => void;
  readonly log: Logger;
  readonly intervalMs?: number;
}

/**
 * Polls the web configuration, its certificates and its keys for changes. Compares contents rather than timestamps or
 * inodes, so it detects renames, symlink changes and in-place writes. If the new content is invalid, it logs the
 * problems once and keeps the previous configuration.
 */
export class WebConfigWatch {
  readonly #options: WebConfigWatchOptions;
  readonly #timer: NodeJS.Timeout;
  #last: WebConfigReading;
  /** The fingerprint of the active configuration. */
  #activeFingerprint: string;
  /** Whether the active configuration has TLS or users. */
  #isProtected: boolean;
  /** The fingerprint of the change that the previous poll found. A write may have been in progress. */
  #pendingFingerprint: string | undefined;
  #polling: Promise<boolean> | undefined;

  constructor(options: WebConfigWatchOptions) {
    this.#options = options;
    this.#last = options.reading;
    this.#activeFingerprint = options.reading.fingerprint;
    this.#isProtected = isProtected(options.reading);
    // Polls do not overlap, even if one hangs on a file server: #startPoll joins the running one.
    this.#timer = setInterval(() => void this.poll(), options.intervalMs ?? INTERVAL_MS).unref();
  }

  /** Checks the files and applies a change once two successive polls find the same content. */
  poll(): Promise<boolean> {
    return this.#startPoll(true);
  }

  /** Checks the files and applies a change immediately. Resolves to whether their current content is active. */
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

  /**
   * Checks the files. With `requireStable`, applies a change only if two polls find it: a partially written file may be
   * valid but less strict.
   */
  async #compare(requireStable: boolean): Promise<boolean> {
    const { file, origin, paths, fingerprint } = this.#last;
    if ((await fingerprintFiles(paths)) === fingerprint) this.#pendingFingerprint = undefined;
    else {
      // Compare two complete readings: the file may now reference other files.
      const reading = this.#rejectEmptied(await readWebConfigFile(file, origin));
      const isStable = !requireStable || reading.fingerprint === this.#pendingFingerprint;
      this.#pendingFingerprint = reading.fingerprint;
      // The files may have been restored between the two readings.
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
