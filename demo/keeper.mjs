// Clears up after a demonstration that was killed, which could not do it itself: Prometheus and Alertmanager would not
// notice. Each line of the standard input says all that there is to clear; the input ends when the demonstration ends.
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';

let left = { programs: [], folders: [] };
for await (const line of createInterface({ input: process.stdin })) left = JSON.parse(line);
for (const pid of left.programs) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended in the meantime.
  }
}
for (const folder of left.folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
