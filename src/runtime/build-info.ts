import { readFileSync } from 'node:fs';

/** The version of the package, the source revision of the build, and the version of Node.js. */
export interface BuildInfo {
  readonly version: string;
  /** `unknown` when run from sources, or when the build had no repository and no explicit revision. */
  readonly revision: string;
  readonly nodeVersion: string;
  /** The URL of the documentation from package.json; undefined if the field is not set. */
  readonly homepage: string | undefined;
}

/** Reads package.json and the file build-info.json that the build writes. */
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
