const SIGNALS = { SIGINT: 2, SIGTERM: 15 } as const;

/**
 * SIGINT and SIGTERM, from the first moment on. As long as nothing has to be finished, they end the process at once
 * and with success, as an exporter that was told to stop has not failed.
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

  /** From now on, a signal asks for an orderly end instead. */
  onSignal(finish: (signal: NodeJS.Signals) => void): void {
    this.#handler = finish;
  }

  /**
   * From now on, a signal ends the process as one that was cut off: half an answer must not pass for success.
   *
   * @param status by default, the one that shells give to what a signal has ended
   */
  failOnSignal(status?: number): void {
    this.#handler = (signal) => this.#process.exit(status ?? 128 + SIGNALS[signal as keyof typeof SIGNALS]);
  }
}

/**
 * SIGHUP, from the first moment on. It asks for a reload; one that comes before there is anything to reload is kept, as
 * the files may have been read before they were changed.
 */
export class ReloadSignal {
  readonly #process: NodeJS.Process;
  #reload: (() => void) | undefined;
  #pending = false;

  constructor(process: NodeJS.Process) {
    this.#process = process;
    process.on('SIGHUP', this.#onSighup);
  }

  /** From now on, each SIGHUP calls this; once at once, when one came before. */
  onReload(reload: () => void): void {
    this.#reload = reload;
    if (!this.#pending) return;
    this.#pending = false;
    reload();
  }

  /** For what has nothing to reload: SIGHUP ends it from now on, as it does any program. */
  restoreDefault(): void {
    this.#process.off('SIGHUP', this.#onSighup);
    if (this.#pending) this.#process.kill(this.#process.pid, 'SIGHUP');
  }

  /** For an answer in exit statuses: SIGHUP cuts it off with this one. */
  failOnSignal(status: number): void {
    this.onReload(() => this.#process.exit(status));
  }

  readonly #onSighup = (): void => {
    if (this.#reload === undefined) this.#pending = true;
    else this.#reload();
  };
}
