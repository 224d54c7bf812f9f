import inspector from 'node:inspector';

const SIGNALS = { SIGINT: 2, SIGTERM: 15 } as const;

/**
 * Handles SIGINT and SIGTERM from startup. Until a handler is set, they end the process immediately with exit status 0,
 * because a requested stop is not a failure.
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

  /** Sets a handler that replaces the immediate exit, for a graceful shutdown. */
  onSignal(handler: (signal: NodeJS.Signals) => void): void {
    this.#handler = handler;
  }

  /**
   * Makes signals end the process with a failure status, because incomplete output must not look like success.
   *
   * @param status the exit status; by default 128 plus the signal number, as in shells
   */
  failOnSignal(status?: number): void {
    this.#handler = (signal) => this.#process.exit(status ?? 128 + SIGNALS[signal as keyof typeof SIGNALS]);
  }
}

/**
 * Handles SIGHUP, which requests a reload, from startup. Keeps a signal that arrives before a reload is possible,
 * because the files may have changed after they were read.
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

  /**
   * Restores Node's default for commands without a reload: SIGHUP ends the process. This applies to a pending one too.
   */
  restoreDefault(): void {
    this.#process.off('SIGHUP', this.#onSighup);
    if (this.#pending) this.#process.kill(this.#process.pid, 'SIGHUP');
  }

  /** Makes SIGHUP end the process with this exit status. This applies to a pending one too. */
  failOnSignal(status: number): void {
    this.onReload(() => this.#process.exit(status));
  }

  readonly #onSighup = (): void => {
    if (this.#reload === undefined) this.#pending = true;
    else this.#reload();
  };
}

/**
 * Ignores SIGUSR1. By default, Node opens its debugger on loopback, where every local user can read the credential and
 * run code in the process. Closes a debugger that a signal has opened before the program started.
 */
export function ignoreDebuggerSignal(process: NodeJS.Process): void {
  process.on('SIGUSR1', () => undefined);
  closeDebugger(process);
}

/** Matches the options that open the debugger on purpose. `--inspect-port` alone does not open it. */
const INSPECT_OPTION = /(?:^|\s)--inspect(?:-brk|-wait)?(?:=|\s|$)/;

/** Closes the debugger, unless an option of Node requested it. */
export function closeDebugger({ execArgv, env }: NodeJS.Process): void {
  if (inspector.url() === undefined) return;
  const isRequested = [...execArgv, env['NODE_OPTIONS'] ?? ''].some((options) => INSPECT_OPTION.test(options));
  if (!isRequested) inspector.close();
}
