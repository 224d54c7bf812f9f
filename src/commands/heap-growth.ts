import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 collect the whole heap whenever it has grown to so much more than what is alive, in percent.
 *
 * By itself V8 lets a heap as small as ours grow to three times that much at first, which is memory for garbage, and after
 * some seconds without work by less than a third, for good: then it collects all of it with every few long scrapes. It
 * looks at this at each collection, so that a running process may set it, however it was started. A V8 that does not know
 * the flag says so on stderr and goes on. Figures: docs/performance.md.
 */
export function boundHeapGrowth(): void {
  setFlagsFromString('--heap-growing-percent=125');
}
