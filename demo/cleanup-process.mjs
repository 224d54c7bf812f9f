// Cleans up after a demo that was killed with SIGKILL: Prometheus and Alertmanager would keep running. Each line on standard
// input lists everything to clean up. Standard input ends when the demo exits.
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';

let remaining = { programs: [], directories: [] };
for await (const line of createInterface({ input: process.stdin })) {
  try {
    remaining = JSON.parse(line);
  } catch {
    // The demo was killed while it wrote this line. The previous line is still valid.
  }
}
for (const pid of remaining.programs) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // The program has already exited.
  }
}
for (const directory of remaining.directories) {
  try {
    rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // Continue with the other directories.
  }
}
