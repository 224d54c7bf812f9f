#!/usr/bin/env node
/**
 * Runs the command and sets the exit status. Everything but the signal handlers is loaded afterwards, so that signals
 * are handled from startup.
 */
import { closeDebugger, ignoreDebuggerSignal, ReloadSignal, ShutdownSignals } from './commands/signals.ts';

ignoreDebuggerSignal(process);
const shutdown = new ShutdownSignals(process);
const reloadSignal = new ReloadSignal(process);

const { run } = await import('./commands/run.ts');
// Node opens its debugger asynchronously, possibly after the first check.
closeDebugger(process);
process.exitCode = await run(process, shutdown, reloadSignal);
