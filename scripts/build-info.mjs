// Writes the revision of the build to dist/: $REVISION if it is set (for builds without .git), otherwise git's HEAD.
import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';

function gitRevision() {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'unknown';
  }
}

// main.js must be executable, because operators run it directly or through a link.
chmodSync(new URL('../dist/main.js', import.meta.url), 0o755);

const revision = process.env.REVISION || gitRevision();
writeFileSync(new URL('../dist/build-info.json', import.meta.url), `${JSON.stringify({ revision })}\n`);
