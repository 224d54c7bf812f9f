import { readdirSync } from 'node:fs';

/** The repository, with a slash at its end. */
export const REPOSITORY = new URL('../../', import.meta.url);

/** What is made, or not ours. */
const EXCLUDED = new Set(['node_modules', 'dist', 'coverage', '.git']);

/** The files of the repository whose paths match, links left out. */
export function repositoryFiles(pattern: RegExp, folder = ''): string[] {
  return readdirSync(new URL(folder, REPOSITORY), { withFileTypes: true })
    .flatMap((entry) => {
      const path = `${folder}${entry.name}`;
      if (entry.isDirectory()) return EXCLUDED.has(entry.name) ? [] : repositoryFiles(pattern, `${path}/`);
      return entry.isFile() && pattern.test(path) ? [path] : [];
    })
    .sort();
}
