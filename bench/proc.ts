import { readFileSync } from 'node:fs';

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
