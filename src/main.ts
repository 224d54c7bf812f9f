#!/usr/bin/env node
/**
 * The process: arguments and environment in, exit status out. Everything else is loaded afterwards, so that a signal
 * is heard from the first moment on.
 */
import { Shutdown } from './commands/shutdown.ts';

const shutdown = new Shutdown(process);

const { run } = await import('./commands/run.ts');
process.exitCode = await run(process, shutdown);
