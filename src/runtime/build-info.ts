import { readFileSync } from 'node:fs';

/** What runs: the package's version, the source revision it was built from, and the Node it runs on. */
export interface BuildInfo {
  readonly version: string;
  /** `unknown` when run from sources or built outside a repository without being told. */
  readonly revision: string;
  readonly nodeVersion: string;
  /** Where its documentation is, by the field of package.json; undefined while there is none. */
  readonly homepage: string | undefined;
}

/** Reads what package.json and the build left beside the program. */
export function readBuildInfo(nodeVersion: string): BuildInfo {
  return {
    version: readField(PACKAGE, 'version') ?? 'unknown',
    revision: readField('../build-info.json', 'revision') ?? 'unknown',
    nodeVersion,
    homepage: readField(PACKAGE, 'homepage'),
  };
}

const PACKAGE = '../../package.json';

function readField(file: string, field: string): string | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8'))[field];
    return typeof value === 'string' && value !== '' ? value : undefined;
  } catch {
    return undefined;
  }
}
