import { readScrape, type Scrape } from './exporter.ts';
import type { ServingProcess } from './exporter-process.ts';

/** A module that makes the program collect its garbage when it gets SIGUSR2, for `--import`. */
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

/** What the program holds, as its own metrics say; `COLLECTS_GARBAGE` must have been imported. */
export async function resources({ child, url }: ServingProcess): Promise<Resources> {
  child.kill('SIGUSR2');
  const own: Scrape = readScrape(await (await fetch(`${url}/metrics?collect[]=exporter`)).text());
  return {
    heap: own.value('nodejs_heap_size_used_bytes') ?? Number.NaN,
    resident: own.value('process_resident_memory_bytes') ?? Number.NaN,
    openFiles: own.value('process_open_fds') ?? Number.NaN,
  };
}

/** Idle connections live for seconds, and garbage until it is collected; a leak stays for ever. */
export async function expectAtMost(bound: Resources, serving: ServingProcess): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    const now = await resources(serving);
    const grown = (Object.keys(bound) as (keyof Resources)[]).filter((what) => !(now[what] <= bound[what]));
    if (grown.length === 0) return;
    if (attempt === 300)
      throw new Error(`${grown.join(', ')} grew: ${JSON.stringify(now)}; bound ${JSON.stringify(bound)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
