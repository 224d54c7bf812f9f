#!/usr/bin/env node
/**
 * The process: arguments and environment in, exit status out. Everything else is loaded afterwards, so that a signal
 * is heard from the first moment on.
 */
import { Hangup, Shutdown } from './commands/signals.ts';

const shutdown = new Shutdown(process);
const hangup = new Hangup(process);

const { run } = await import('./commands/run.ts');
process.exitCode = await run(process, shutdown, hangup);
