import { copyFile, lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTemporaryDirectory } from '../../demo/temporary-directory.ts';
import { ROOT, runToCompletion } from '../processes.ts';
import { type Benchmark, formatNumber } from '../report.ts';

/** Smaller packages share one row. */
const MIN_SHOWN_MB = 0.1;

interface PackageLock {
  readonly packages: Readonly<Record<string, { readonly dependencies?: Readonly<Record<string, string>> }>>;
}

/**
 * The size of the production install by package, with the dependencies that require each package. Needs the registry.
 */
export const install: Benchmark = async ({ logProgress }) => {
  logProgress('production install');
  const folder = createTemporaryDirectory('install');
  try {
    for (const file of ['package.json', 'package-lock.json']) await copyFile(join(ROOT, file), join(folder.path, file));
    const args = ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'];
    await runToCompletion('npm', args, folder.path);
    const lock: PackageLock = JSON.parse(await readFile(join(folder.path, 'package-lock.json'), 'utf8'));
    const sizes = await packageSizes(join(folder.path, 'node_modules'));
    const dist = await megabytes(join(ROOT, 'dist'));
    const total = sizes.reduce((sum, { mb }) => sum + mb, dist);
    const shown = sizes.filter(({ mb }) => mb >= MIN_SHOWN_MB).sort((a, b) => b.mb - a.mb);
    const small = sizes.filter(({ mb }) => mb < MIN_SHOWN_MB);
    const rest = small.reduce((sum, { mb }) => sum + mb, 0);
    return {
      tables: [
        {
          title: 'Production install in MB on disk',
          columns: ['package', 'MB', 'required by'],
          rows: [
            ...shown.map(({ name, mb }) => [name, mb.toFixed(1), requiredBy(name, lock).join(', ')]),
            [`${small.length} smaller packages`, rest.toFixed(1), ''],
            ['dist/', dist.toFixed(1), ''],
            ['total', total.toFixed(1), ''],
          ],
          notes: [`${sizes.length} packages, ${formatNumber(total)} MB.`],
        },
      ],
      values: { totalMb: total, distMb: dist, packages: Object.fromEntries(sizes.map(({ name, mb }) => [name, mb])) },
      goals: [{ metric: 'size of the production install', bound: 'at most', target: 35, unit: ' MB', actual: total }],
    };
  } finally {
    await folder.remove();
  }
};

/** Measures the packages in a node_modules directory. A package includes the packages nested in it. */
async function packageSizes(folder: string): Promise<{ name: string; mb: number }[]> {
  const names: string[] = [];
  for (const name of await readdir(folder)) {
    if (name.startsWith('.')) continue;
    if (name.startsWith('@')) names.push(...(await readdir(join(folder, name))).map((inner) => `${name}/${inner}`));
    else names.push(name);
  }
  return Promise.all(names.map(async (name) => ({ name, mb: await megabytes(join(folder, name)) })));
}

/** Returns the size on disk in blocks, as `du` does: a small file occupies more than its length. */
async function megabytes(path: string): Promise<number> {
  const { blocks } = await lstat(path);
  let total = (blocks * 512) / 1e6;
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const inner = join(path, entry.name);
    total += entry.isDirectory() ? await megabytes(inner) : ((await lstat(inner)).blocks * 512) / 1e6;
  }
  return total;
}

/** Returns our direct dependencies that require the package. */
function requiredBy(name: string, { packages }: PackageLock): string[] {
  return Object.keys(packages['']?.dependencies ?? {}).filter((direct) => dependsOn(direct, name, packages, new Set()));
}

function dependsOn(from: string, name: string, packages: PackageLock['packages'], seen: Set<string>): boolean {
  if (from === name) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  const dependencies = Object.keys(packages[`node_modules/${from}`]?.dependencies ?? {});
  return dependencies.some((next) => dependsOn(next, name, packages, seen));
}
