// Leaves beside the program what it was built from: REVISION when given (a build without .git), else git's word.
import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';

function gitRevision() {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'unknown';
  }
}

// Run as a program of its own, or through a link of the operator's, it has to be executable.
chmodSync(new URL('../dist/main.js', import.meta.url), 0o755);

const revision = process.env.REVISION || gitRevision();
writeFileSync(new URL('../dist/build-info.json', import.meta.url), `${JSON.stringify({ revision })}\n`);
