import type { BenchmarkResult } from '../report.ts';
import type { Variant } from '../variants.ts';
import type { Workload } from '../workload.ts';

/** What is measured, and how thoroughly. */
interface BenchmarkContext {
  readonly workload: Workload;
  /** The built exporter's main.js. */
  readonly program: string;
  /** In the order of the tables, the limit first. */
  readonly variants: readonly Variant[];
  /** Says what is under way. */
  readonly logProgress: (what: string) => void;
}

export type Benchmark = (assignment: BenchmarkContext) => Promise<BenchmarkResult>;
