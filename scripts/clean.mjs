// Removes dist, because tsc does not delete the output of files that no longer exist in src.
import { rmSync } from 'node:fs';

rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true });
