/**
 * SIGHUP, from the first moment on. It asks for a reload; one that comes before there is anything to reload is kept, as
 * the files may have been read before they were changed.
 */
export class Hangup {
  readonly #process: NodeJS.Process;
  #reload: (() => void) | undefined;
  #pending = false;

  constructor(process: NodeJS.Process) {
    this.#process = process;
    process.on('SIGHUP', this.#heard);
  }

  /** From now on, each SIGHUP calls this; once at once, when one came before. */
  onReload(reload: () => void): void {
    this.#reload = reload;
    if (!this.#pending) return;
    this.#pending = false;
    reload();
  }

  /** For what has nothing to reload: SIGHUP ends it from now on, as it does any program. */
  letGo(): void {
    this.#process.off('SIGHUP', this.#heard);
    if (this.#pending) this.#process.kill(this.#process.pid, 'SIGHUP');
  }

  /** For an answer in exit statuses: SIGHUP cuts it off with this one. */
  failOnSignal(status: number): void {
    this.onReload(() => this.#process.exit(status));
  }

  readonly #heard = (): void => {
    if (this.#reload === undefined) this.#pending = true;
    else this.#reload();
  };
}
