import type { Problem } from '../config/problem.ts';
import { YamlFile } from '../config/yaml-file.ts';
import { FileError } from '../runtime/file-reader.ts';
import { WebConfigFiles } from './files.ts';
import { readHeaders } from './headers.ts';
import { section } from './sections.ts';
import { readTls, type WebTls } from './tls.ts';
import { readUsers } from './users.ts';

/** How the server is guarded, in the terms of Prometheus' exporter-toolkit. */
export interface WebConfig {
  /** Undefined: plain HTTP. */
  readonly tls: WebTls | undefined;
  /** Headers for every answer. */
  readonly headers: Readonly<Record<string, string>>;
  /** The bcrypt hash of each user's password; none: nobody is asked for one. */
  readonly users: ReadonlyMap<string, string>;
}

/** One reading of the file and those it names. */
export interface WebConfigReading {
  readonly file: string;
  /** The flag or variable that named the file. */
  readonly origin: string;
  readonly result: { readonly config: WebConfig } | { readonly problems: readonly Problem[] };
  /** The files that were read. */
  readonly paths: readonly string[];
  /** Of their contents at this reading. */
  readonly fingerprint: string;
  /** The file held nothing, or comments alone: a guard that was taken away, or a file that is not written yet. */
  readonly empty: boolean;
}

/**
 * Reads a web configuration with its certificates and keys, and tries them.
 *
 * @param origin the flag or variable that named the file, for the problem that it cannot be read
 */
export async function readWebConfigFile(file: string, origin: string): Promise<WebConfigReading> {
  const files = new WebConfigFiles();
  const content = await files.read(file);
  const result =
    content instanceof FileError
      ? { problems: [{ where: origin, what: `${file} ${content.message}` }] }
      : await understand(file, content, origin, files);
  const empty = !(content instanceof FileError) && isEmpty(content);
  return { file, origin, result, paths: files.paths, fingerprint: files.fingerprint, empty };
}

function isEmpty(content: Buffer): boolean {
  return (
    decode(content)
      ?.split('\n')
      .every((line) => /^\s*(#|---|$)/.test(line)) ?? false
  );
}

async function understand(
  file: string,
  content: Buffer,
  origin: string,
  files: WebConfigFiles,
): Promise<WebConfigReading['result']> {
  const text = decode(content);
  if (text === undefined) return { problems: [{ where: origin, what: `${file} is not UTF-8` }] };
  const yaml = new YamlFile(file, text);
  if (yaml.problems.length > 0) return { problems: yaml.problems };
  const places = section(yaml, yaml.root, ['tls_server_config', 'http_server_config', 'basic_auth_users'], {
    rate_limit: '; --web.max-requests bounds the scrapes answered at once',
  });
  const tls = await readTls(yaml, places.tls_server_config, file, files);
  const headers = readHeaders(yaml, places.http_server_config);
  const users = readUsers(yaml, places.basic_auth_users);
  return yaml.problems.length > 0 ? { problems: yaml.problems } : { config: { tls, headers, users } };
}

function decode(content: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    return undefined;
  }
}
