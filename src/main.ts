#!/usr/bin/env node
/**
 * Runs the command and sets the exit status. Everything but the signal handlers is loaded afterwards, so that signals
 * are handled from startup.
 */
import { ReloadSignal, ShutdownSignals } from './commands/signals.ts';

const shutdown = new ShutdownSignals(process);
const reloadSignal = new ReloadSignal(process);

const { run } = await import('./commands/run.ts');
process.exitCode = await run(process, shutdown, reloadSignal);
