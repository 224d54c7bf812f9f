import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';

/** Describes the machine. On another machine, only the ratios of the results are comparable. */
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
    /** Load average over one minute: that of other programs before the benchmark, also its own afterwards. */
    load: load1,
  };
}

export type BenchEnvironment = ReturnType<typeof describeEnvironment>;

export function formatEnvironment(before: BenchEnvironment, after: BenchEnvironment): string {
  const { node, v8, system, processor, cores, memoryGb } = before;
  return (
    `Node ${node} (V8 ${v8}) on ${system}, ${cores} cores (${processor}), ${memoryGb} GB; ` +
    `load ${before.load.toFixed(1)} before and ${after.load.toFixed(1)} after. Compare only ratios across machines.\n`
  );
}

/** Clock ticks per second in which Linux reports CPU time. Node runs only on architectures where it is 100. */
const TICKS_PER_SECOND = 100;

/** Whether the system has /proc, which the functions below read. Without it, they return NaN. */
export const HAS_PROC = process.platform === 'linux';

/** Returns the CPU time of all threads of a process since its start, in milliseconds with a resolution of 10. */
export function cpuMs(pid: number): number {
  if (!HAS_PROC) return Number.NaN;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The program name in parentheses can contain spaces, so count the fields after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user, system] = [fields[11], fields[12]];
  return ((Number(user) + Number(system)) * 1000) / TICKS_PER_SECOND;
}

/** Returns the resident memory in MB (10^6 bytes): the current value and the peak since the start. */
export function residentMemory(pid: number): { readonly now: number; readonly peak: number } {
  if (!HAS_PROC) return { now: Number.NaN, peak: Number.NaN };
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const megabytes = (field: string): number =>
    (Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024) / 1e6;
  return { now: megabytes('VmRSS'), peak: megabytes('VmHWM') };
}
