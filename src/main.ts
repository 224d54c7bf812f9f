#!/usr/bin/env node
/**
 * The process: arguments and environment in, exit status out. Everything else is loaded afterwards, so that a signal
 * is heard from the first moment on.
 */
import { ReloadSignal, ShutdownSignals } from './commands/signals.ts';

const shutdown = new ShutdownSignals(process);
const reloadSignal = new ReloadSignal(process);

const { run } = await import('./commands/run.ts');
process.exitCode = await run(process, shutdown, reloadSignal);
