import type { Logger } from 'pino';
import { formatProblem } from '../config/problem.ts';
import { fingerprintFiles } from './files.ts';
import { readWebConfigFile, type WebConfigReading } from './load.ts';
import type { WebConfig } from './types.ts';

/** How long a change may go unnoticed. The files are few and small. */
const INTERVAL_MS = 1_000;

export interface WebConfigWatchOptions {
  /** The reading whose configuration is in force. */
  readonly reading: WebConfigReading;
  /** Puts a changed configuration in force. */
  readonly apply: (config: WebConfig) => void;
  /** Hears, after each change, whether the files as they are now are in force. */
  readonly onOutcome: (ok: boolean) => void;
  readonly log: Logger;
  readonly intervalMs?: number;
}

/**
 * Looks for changes of the web configuration, its certificates and keys. Contents are compared, not times or file
 * numbers: so a rename, a symlink that is swapped and a file written in place are all one. What is wrong is told
 * once, and the configuration before it stays in force.
 */
export class WebConfigWatch {
  readonly #options: WebConfigWatchOptions;
  readonly #timer: NodeJS.Timeout;
  #last: WebConfigReading;
  /** Of what is in force. */
  #activeFingerprint: string;
  /** Whether what is in force keeps anybody out. */
  #isProtected: boolean;
  /** The change that the look before this one saw, if it saw one: it may have been in the middle of a write. */
  #pendingFingerprint: string | undefined;
  #polling: Promise<boolean> | undefined;

  constructor(options: WebConfigWatchOptions) {
    this.#options = options;
    this.#last = options.reading;
    this.#activeFingerprint = options.reading.fingerprint;
    this.#isProtected = isProtected(options.reading);
    // A look that does not come to its end, as with a dead file server, is not followed by more.
    this.#timer = setInterval(() => void this.poll(), options.intervalMs ?? INTERVAL_MS).unref();
  }

  /** Looks as is done from time to time: a change is taken when the look before saw the same. */
  poll(): Promise<boolean> {
    return this.#startPoll(true);
  }

  /** Looks now, and takes what is there for written; whether the files as they are now are in force. */
  async checkNow(): Promise<boolean> {
    // A look under way may have read a file before it was changed.
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

  /** @param twice takes a change only when two looks see the same: half of a file may be valid, and guard less. */
  async #compare(twice: boolean): Promise<boolean> {
    const { file, origin, paths, fingerprint } = this.#last;
    if ((await fingerprintFiles(paths)) === fingerprint) this.#pendingFingerprint = undefined;
    else {
      // Two whole readings are compared: the file may name others now that no look has seen yet.
      const reading = this.#rejectEmptied(await readWebConfigFile(file, origin));
      const isSettled = !twice || reading.fingerprint === this.#pendingFingerprint;
      this.#pendingFingerprint = reading.fingerprint;
      // What was seen may be gone again already.
      if (isSettled && reading.fingerprint !== fingerprint) this.#applyReading(reading);
    }
    return 'config' in this.#last.result;
  }

  /** A file that is truncated, not written yet, or whose disk is full, must not open the door. */
  #rejectEmptied(reading: WebConfigReading): WebConfigReading {
    if (!reading.empty || !this.#isProtected) return reading;
    const what = `${reading.file} is empty; to guard nothing from now on, write {} into it`;
    return { ...reading, result: { problems: [{ location: reading.origin, message: what }] } };
  }

  #applyReading(reading: WebConfigReading): void {
    const { apply, onOutcome, log } = this.#options;
    this.#last = reading;
    const { result } = reading;
    if ('problems' in result) {
      const problems = result.problems.map(formatProblem);
      log.error({ problems }, 'the web configuration cannot be used; the one before stays in force');
    } else {
      if (reading.fingerprint !== this.#activeFingerprint) apply(result.config);
      this.#activeFingerprint = reading.fingerprint;
      this.#isProtected = isProtected(reading);
      log.info(summary(result.config), 'web configuration in force');
    }
    onOutcome('config' in result);
  }
}

function isProtected({ result }: WebConfigReading): boolean {
  return 'config' in result && (result.config.tls !== undefined || result.config.users.size > 0);
}

/** What a web configuration comes to, for the log. */
function summary({ tls, users }: WebConfig): { readonly tls: boolean; readonly basic_auth: boolean } {
  return { tls: tls !== undefined, basic_auth: users.size > 0 };
}
