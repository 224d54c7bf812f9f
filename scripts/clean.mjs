// A file that left src must not live on in dist, where tsc would leave it.
import { rmSync } from 'node:fs';

rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true });
