import type { Extent } from '../extent.ts';
import type { Findings } from '../report.ts';
import type { Starter } from '../variants.ts';

/** What is measured, and how thoroughly. */
interface Assignment {
  readonly extent: Extent;
  /** The built exporter's main.js. */
  readonly program: string;
  /** In the order of the tables, the limit first. */
  readonly variants: readonly Starter[];
  /** Says what is under way. */
  readonly tell: (what: string) => void;
}

export type Measure = (assignment: Assignment) => Promise<Findings>;
