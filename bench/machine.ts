import { cpus, loadavg, release, totalmem } from 'node:os';

/** Where the figures come from. Only the ratios mean something elsewhere. */
export function describeEnvironment() {
  const { node, v8 } = process.versions;
  const [load1 = Number.NaN] = loadavg();
  return {
    date: new Date().toISOString(),
    node,
    v8,
    system: `${process.platform} ${release()} ${process.arch}`,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 1e9),
    /** Programs that wanted to run at once, over the last minute: other people's before, the benchmark's own after. */
    load: load1,
  };
}

export type BenchEnvironment = ReturnType<typeof describeEnvironment>;

export function formatEnvironment(before: BenchEnvironment, after: BenchEnvironment): string {
  const { node, v8, system, processor, cores, memoryGb } = before;
  return (
    `Node ${node} (V8 ${v8}) on ${system}, ${cores} cores (${processor}), ${memoryGb} GB; ` +
    `load ${before.load.toFixed(1)} before and ${after.load.toFixed(1)} at the end. Only ratios mean something elsewhere.\n`
  );
}
