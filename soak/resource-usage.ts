import { median } from '../bench/statistics.ts';
import type { Samples } from './scrapers.ts';

/** The resource usage of the exporter at one moment, from its own metrics. */
export interface ResourceUsage {
  readonly residentMb: number;
  readonly heapMb: number;
  readonly openFiles: number;
  readonly resources: number;
  /** 99th percentile since the previous sample, in milliseconds. */
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

/** Limits for the growth of the median from the first to the last quarter. Other values have no limit. */
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
  /** Undefined if the value has no limit. */
  readonly limit: number | undefined;
}

/** Compares the medians of the first and the last quarter. The first tenth is the warm-up and does not count. */
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
