import { readFileSync } from 'node:fs';
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

/** Clock ticks a second in which Linux gives CPU time to programs: the same on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Linux tells the figures below of any process; elsewhere they are left out. */
export const HAS_PROC = process.platform === 'linux';

/** CPU time of all its threads since its start, in milliseconds, by steps of 10. */
export function cpuMs(pid: number): number {
  if (!HAS_PROC) return Number.NaN;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The program's name, in brackets, may hold blanks; the fields are counted from behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user, system] = [fields[11], fields[12]];
  return ((Number(user) + Number(system)) * 1000) / TICKS_PER_SECOND;
}

/** Resident memory in MB (10^6 bytes): now, and at its highest since the start. */
export function residentMemory(pid: number): { readonly now: number; readonly peak: number } {
  if (!HAS_PROC) return { now: Number.NaN, peak: Number.NaN };
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const megabytes = (field: string): number =>
    (Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024) / 1e6;
  return { now: megabytes('VmRSS'), peak: megabytes('VmHWM') };
}
