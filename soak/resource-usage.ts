import { median } from '../bench/statistics.ts';
import type { Samples } from './scrapers.ts';

/** What the exporter holds at one moment, by its own metrics. */
export interface ResourceUsage {
  readonly residentMb: number;
  readonly heapMb: number;
  readonly openFiles: number;
  readonly resources: number;
  /** 99th percentile since the last look, in milliseconds. */
  readonly lagMs: number;
}

export function readResourceUsage(samples: Samples): ResourceUsage {
  const sum = (name: string): number =>
    samples.filter((sample) => sample.name === name).reduce((total, { value }) => total + value, 0);
  return {
    residentMb: sum('process_resident_memory_bytes') / 1e6,
    heapMb: sum('nodejs_heap_size_used_bytes') / 1e6,
    openFiles: sum('process_open_fds'),
    resources: sum('nodejs_active_resources'),
    lagMs: sum('nodejs_eventloop_lag_p99_seconds') * 1e3,
  };
}

/** How much the median of the last quarter may exceed that of the first; what is not named is printed alone. */
const GROWTH_LIMITS: Partial<Record<keyof ResourceUsage, { readonly factor: number; readonly plus: number }>> = {
  residentMb: { factor: 1.2, plus: 32 },
  heapMb: { factor: 1.2, plus: 16 },
  openFiles: { factor: 1, plus: 10 },
  resources: { factor: 1, plus: 10 },
};

export interface Trend {
  readonly name: keyof ResourceUsage;
  readonly first: number;
  readonly last: number;
  /** Undefined when any value is good. */
  readonly limit: number | undefined;
}

/** The medians of the first and the last quarter, of everything but the first tenth, in which the program warms up. */
export function trends(usage: readonly ResourceUsage[]): Trend[] {
  const warm = usage.slice(Math.ceil(usage.length / 10));
  const quarter = Math.max(1, Math.floor(warm.length / 4));
  const names = Object.keys(usage[0] ?? {}) as (keyof ResourceUsage)[];
  return names.map((name) => {
    const first = median(warm.slice(0, quarter).map((sample) => sample[name]));
    const last = median(warm.slice(-quarter).map((sample) => sample[name]));
    const growth = GROWTH_LIMITS[name];
    return { name, first, last, limit: growth && first * growth.factor + growth.plus };
  });
}
