import type { Logger } from 'pino';
import { formatProblem } from '../config/problem.ts';
import { fingerprintFiles } from './files.ts';
import { type LoadedWebConfig, readWebConfigFile } from './load.ts';
import type { WebConfig } from './types.ts';

/** The interval between polls. A poll is cheap, because the files are few and small. */
const INTERVAL_MS = 1_000;

export interface WebConfigWatchOptions {
  /** The result of reading the files at startup. */
  readonly loaded: LoadedWebConfig;
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
  #last: LoadedWebConfig;
  /** The fingerprint of the active configuration. */
  #activeFingerprint: string;
  /** Whether the active configuration has TLS or users. */
  #isProtected: boolean;
  /** The fingerprint of the change that the previous poll found. A write may have been in progress. */
  #pendingFingerprint: string | undefined;
  #polling: Promise<boolean> | undefined;

  constructor(options: WebConfigWatchOptions) {
    this.#options = options;
    this.#last = options.loaded;
    this.#activeFingerprint = options.loaded.fingerprint;
    this.#isProtected = isProtected(options.loaded);
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
      const loaded = this.#rejectEmptied(await readWebConfigFile(file, origin));
      const isStable = !requireStable || loaded.fingerprint === this.#pendingFingerprint;
      this.#pendingFingerprint = loaded.fingerprint;
      // The files may have been restored between the two readings.
      if (isStable && loaded.fingerprint !== fingerprint) this.#applyLoaded(loaded);
    }
    return 'config' in this.#last.result;
  }

  /** Rejects an empty file: a truncated file or a full disk must not disable TLS and authentication. */
  #rejectEmptied(loaded: LoadedWebConfig): LoadedWebConfig {
    if (!loaded.empty || !this.#isProtected) return loaded;
    const message = `${loaded.file} is empty; to disable TLS and authentication, write {} to it`;
    return { ...loaded, result: { problems: [{ location: loaded.origin, message }] } };
  }

  #applyLoaded(loaded: LoadedWebConfig): void {
    const { apply, onOutcome, log } = this.#options;
    this.#last = loaded;
    const { result } = loaded;
    if ('problems' in result) {
      const problems = result.problems.map(formatProblem);
      log.error({ problems }, 'web configuration reload failed; keeping previous configuration');
    } else {
      if (loaded.fingerprint !== this.#activeFingerprint) apply(result.config);
      this.#activeFingerprint = loaded.fingerprint;
      this.#isProtected = isProtected(loaded);
      log.info(summary(result.config), 'web configuration reloaded');
    }
    onOutcome('config' in result);
  }
}

function isProtected({ result }: LoadedWebConfig): boolean {
  return 'config' in result && (result.config.tls !== undefined || result.config.users.size > 0);
}

/** Summarizes a web configuration for the log. */
function summary({ tls, users }: WebConfig): { readonly tls: boolean; readonly basic_auth: boolean } {
  return { tls: tls !== undefined, basic_auth: users.size > 0 };
}
