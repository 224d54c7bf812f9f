import { readScrape, type Scrape } from './exporter.ts';
import type { ServingProcess } from './exporter-process.ts';

/** A module for `--import` that runs the garbage collector on SIGUSR2. */
export const GC_ON_SIGNAL = `data:text/javascript,${encodeURIComponent(`
  import { setFlagsFromString } from 'node:v8';
  import { runInNewContext } from 'node:vm';
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  process.on('SIGUSR2', () => collect());
`)}`;

export interface Resources {
  /** Bytes of the heap in use. */
  readonly heap: number;
  /** Bytes. */
  readonly resident: number;
  readonly openFiles: number;
}

/** Returns the resource usage from the program's metrics. The program must have imported `GC_ON_SIGNAL`. */
export async function resources({ child, url }: ServingProcess): Promise<Resources> {
  child.kill('SIGUSR2');
  const metrics: Scrape = readScrape(await (await fetch(`${url}/metrics?collect[]=exporter`)).text());
  return {
    heap: metrics.value('nodejs_heap_size_used_bytes') ?? Number.NaN,
    resident: metrics.value('process_resident_memory_bytes') ?? Number.NaN,
    openFiles: metrics.value('process_open_fds') ?? Number.NaN,
  };
}

/** Waits until usage is within the bound: idle connections and garbage disappear after seconds, leaks do not. */
export async function expectAtMost(bound: Resources, serving: ServingProcess): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    const now = await resources(serving);
    const grown = (Object.keys(bound) as (keyof Resources)[]).filter((resource) => !(now[resource] <= bound[resource]));
    if (grown.length === 0) return;
    if (attempt === 300)
      throw new Error(`${grown.join(', ')} grew: ${JSON.stringify(now)}; bound ${JSON.stringify(bound)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
