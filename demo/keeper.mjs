// Clears up after a demonstration that was killed, which could not do it itself: Prometheus and Alertmanager would not
// notice. Each line of the standard input says all that there is to clear; the input ends when the demonstration ends.
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';

let left = { programs: [], folders: [] };
for await (const line of createInterface({ input: process.stdin })) {
  try {
    left = JSON.parse(line);
  } catch {
    // It was cut off in the middle of this line; the one before holds.
  }
}
for (const pid of left.programs) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended in the meantime.
  }
}
for (const folder of left.folders) {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // The others can be removed all the same.
  }
}
