import { readdirSync } from 'node:fs';

/** The URL of the repository root, with a trailing slash. */
export const REPOSITORY = new URL('../../', import.meta.url);

/** Folders with generated or external files. */
const EXCLUDED = new Set(['node_modules', 'dist', 'coverage', '.git']);

/** Returns the paths of the repository's files that match. Symbolic links are excluded. */
export function repositoryFiles(pattern: RegExp, folder = ''): string[] {
  return readdirSync(new URL(folder, REPOSITORY), { withFileTypes: true })
    .flatMap((entry) => {
      const path = `${folder}${entry.name}`;
      if (entry.isDirectory()) return EXCLUDED.has(entry.name) ? [] : repositoryFiles(pattern, `${path}/`);
      return entry.isFile() && pattern.test(path) ? [path] : [];
    })
    .sort();
}
