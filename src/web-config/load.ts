import { oneOf, type Parser } from '../config/parsers.ts';
import type { Problem } from '../config/problem.ts';
import { YamlFile, type YamlValue } from '../config/yaml-file.ts';
import { FileError } from '../runtime/file-reader.ts';
import { WebConfigFiles } from './files.ts';
import { readBoolean, readEntries, readSection } from './sections.ts';
import { readTls } from './tls.ts';
import type { ResponseHeaders, Users, WebConfig } from './types.ts';

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
      ? { problems: [{ location: origin, message: `${file} ${content.message}` }] }
      : await parseWebConfig(file, content, origin, files);
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

async function parseWebConfig(
  file: string,
  content: Buffer,
  origin: string,
  files: WebConfigFiles,
): Promise<WebConfigReading['result']> {
  const text = decode(content);
  if (text === undefined) return { problems: [{ location: origin, message: `${file} is not UTF-8` }] };
  const yaml = new YamlFile(file, text);
  if (yaml.problems.length > 0) return { problems: yaml.problems };
  const places = readSection(yaml, yaml.root, ['tls_server_config', 'http_server_config', 'basic_auth_users'], {
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

const headerValue: Parser<string> = {
  accepts: 'a text of printable ASCII',
  parse: (text) =>
    /^[\x20-\x7e]+$/.test(text) ? { value: text } : { problem: `is no header; expected ${headerValue.accepts}` },
};

/** Those that the toolkit allows, with the values that it allows. */
const HEADERS: Readonly<Record<string, Parser<string>>> = {
  'Content-Security-Policy': headerValue,
  'X-Frame-Options': oneOf(['deny', 'sameorigin']),
  'X-Content-Type-Options': oneOf(['nosniff']),
  'X-XSS-Protection': headerValue,
  'Strict-Transport-Security': headerValue,
};

/** Reads `http_server_config`: headers for every answer. */
function readHeaders(yaml: YamlFile, place: YamlValue | undefined): ResponseHeaders {
  const { http2, headers } = readSection(yaml, place, ['http2', 'headers'], {});
  // What the toolkit does by default, but HTTP/1.1 is all there is here, with or without the key.
  if (http2 !== undefined && readBoolean(yaml, http2) === true) {
    yaml.addProblem(http2, 'true is not supported by this exporter, which speaks HTTP/1.1 alone; accepted: false');
  }
  const values: Record<string, string> = {};
  for (const [name, where] of Object.entries(readSection(yaml, headers, Object.keys(HEADERS), {}))) {
    const value = where && yaml.value(where, HEADERS[name] ?? headerValue);
    if (value !== undefined) values[name] = value;
  }
  return values;
}

/** A check of this cost takes seconds, and each step up doubles that. */
const MAX_BCRYPT_COST = 18;

/** Never repeats a hash, nor what stands in its place: it may be the password. */
const bcryptHash: Parser<string> = {
  accepts: 'a bcrypt hash, such as htpasswd -nBC 10 "" prints behind the colon',
  parse(text) {
    const cost = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/.exec(text)?.[1];
    if (cost === undefined) return { problem: `is no bcrypt hash; expected ${bcryptHash.accepts}` };
    if (Number(cost) >= 4 && Number(cost) <= MAX_BCRYPT_COST) return { value: text };
    return { problem: `has a bcrypt cost of ${Number(cost)}; accepted: 4 to ${MAX_BCRYPT_COST}` };
  },
};

/** Reads `basic_auth_users`: the hash of each user's password. Names are not repeated in messages, their lines are told. */
function readUsers(yaml: YamlFile, place: YamlValue | undefined): Users {
  const users = new Map<string, string>();
  for (const { key: name, value } of readEntries(yaml, place, 'user names, each with a bcrypt hash')) {
    const hash = yaml.value(value, bcryptHash);
    if (name === '') yaml.addProblem(value, 'a user name must not be empty');
    if (name.includes(':'))
      yaml.addProblem(value, 'a user name cannot hold a colon: basic authentication parts name and password there');
    if (users.has(name)) yaml.addProblem(value, 'this user is given above already');
    if (hash !== undefined) users.set(name, hash);
  }
  return users;
}
