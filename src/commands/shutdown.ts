const SIGNALS = { SIGINT: 2, SIGTERM: 15 } as const;

/**
 * SIGINT and SIGTERM, from the first moment on. As long as nothing has to be finished, they end the process at once
 * and with success, as an exporter that was told to stop has not failed.
 */
export class Shutdown {
  readonly #process: NodeJS.Process;
  #finish: ((signal: NodeJS.Signals) => void) | undefined;

  constructor(process: NodeJS.Process) {
    this.#process = process;
    for (const signal of Object.keys(SIGNALS) as (keyof typeof SIGNALS)[]) {
      process.on(signal, () => {
        if (this.#finish === undefined) process.exit(0);
        this.#finish(signal);
      });
    }
  }

  /** From now on, a signal asks for an orderly end instead. */
  onSignal(finish: (signal: NodeJS.Signals) => void): void {
    this.#finish = finish;
  }

  /**
   * From now on, a signal ends the process as one that was cut off: half an answer must not pass for success.
   *
   * @param status by default, the one that shells give to what a signal has ended
   */
  failOnSignal(status?: number): void {
    this.#finish = (signal) => this.#process.exit(status ?? 128 + SIGNALS[signal as keyof typeof SIGNALS]);
  }
}
