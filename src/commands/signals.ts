const SIGNALS = { SIGINT: 2, SIGTERM: 15 } as const;

/**
 * Handles SIGINT and SIGTERM from startup. By default, they end the process immediately with exit status 0, because a
 * requested stop is not a failure.
 */
export class ShutdownSignals {
  readonly #process: NodeJS.Process;
  #handler: ((signal: NodeJS.Signals) => void) | undefined;

  constructor(process: NodeJS.Process) {
    this.#process = process;
    for (const signal of Object.keys(SIGNALS) as (keyof typeof SIGNALS)[]) {
      process.on(signal, () => {
        if (this.#handler === undefined) process.exit(0);
        this.#handler(signal);
      });
    }
  }

  /** Calls the handler instead, for a graceful shutdown. */
  onSignal(handler: (signal: NodeJS.Signals) => void): void {
    this.#handler = handler;
  }

  /**
   * Makes a signal end the process with a failure: incomplete output must not look like success.
   *
   * @param status by default 128 plus the number of the signal, as in shells
   */
  failOnSignal(status?: number): void {
    this.#handler = (signal) => this.#process.exit(status ?? 128 + SIGNALS[signal as keyof typeof SIGNALS]);
  }
}

/**
 * Handles SIGHUP from startup. It requests a reload. A signal that arrives before a reload is possible is kept, because
 * the files may have changed after they were read.
 */
export class ReloadSignal {
  readonly #process: NodeJS.Process;
  #reload: (() => void) | undefined;
  #pending = false;

  constructor(process: NodeJS.Process) {
    this.#process = process;
    process.on('SIGHUP', this.#onSighup);
  }

  /** Calls the function at each SIGHUP, and immediately if one is pending. */
  onReload(reload: () => void): void {
    this.#reload = reload;
    if (!this.#pending) return;
    this.#pending = false;
    reload();
  }

  /** Restores the default for commands without a reload: SIGHUP ends the process, also if one is pending. */
  restoreDefault(): void {
    this.#process.off('SIGHUP', this.#onSighup);
    if (this.#pending) this.#process.kill(this.#process.pid, 'SIGHUP');
  }

  /** Makes SIGHUP end the process with this exit status, also if one is pending. */
  failOnSignal(status: number): void {
    this.onReload(() => this.#process.exit(status));
  }

  readonly #onSighup = (): void => {
    if (this.#reload === undefined) this.#pending = true;
    else this.#reload();
  };
}
