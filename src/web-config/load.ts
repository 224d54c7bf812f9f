import { oneOf, type Parser } from '../config/parsers.ts';
import type { Problem } from '../config/problem.ts';
import { YamlFile, type YamlValue } from '../config/yaml-file.ts';
import { FileError } from '../runtime/file-reader.ts';
import { WebConfigFiles } from './files.ts';
import { readBoolean, readEntries, readSection } from './sections.ts';
import { readTls } from './tls.ts';
import type { ResponseHeaders, Users, WebConfig } from './types.ts';

/** The result of reading the web configuration file and the files that it references. */
export interface LoadedWebConfig {
  readonly file: string;
  /** The flag or variable that names the file. */
  readonly origin: string;
  readonly result: { readonly config: WebConfig } | { readonly problems: readonly Problem[] };
  /** The files that were read, including certificates and keys. */
  readonly paths: readonly string[];
  /** The fingerprint of these files. */
  readonly fingerprint: string;
  /** Whether the file has no content but comments. It may be truncated or not written yet. */
  readonly empty: boolean;
}

/**
 * Reads a web configuration and validates its certificates and keys.
 *
 * @param origin the flag or variable that names the file; the location of problems with the whole file
 */
export async function readWebConfigFile(file: string, origin: string): Promise<LoadedWebConfig> {
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
): Promise<LoadedWebConfig['result']> {
  const text = decode(content);
  if (text === undefined) return { problems: [{ location: origin, message: `${file} is not UTF-8` }] };
  const yaml = new YamlFile(file, text);
  if (yaml.problems.length > 0) return { problems: yaml.problems };
  const sections = readSection(yaml, yaml.root, ['tls_server_config', 'http_server_config', 'basic_auth_users'], {
    rate_limit: '; use --web.max-requests to limit concurrent scrapes',
  });
  const tls = await readTls(yaml, sections.tls_server_config, file, files);
  const headers = readHeaders(yaml, sections.http_server_config);
  const users = readUsers(yaml, sections.basic_auth_users);
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
  accepts: 'a string of printable ASCII characters',
  parse: (text) =>
    /^[\x20-\x7e]+$/.test(text)
      ? { value: text }
      : { problem: `invalid header value; expected ${headerValue.accepts}` },
};

/** The headers and values that exporter-toolkit allows. */
const HEADERS: Readonly<Record<string, Parser<string>>> = {
  'Content-Security-Policy': headerValue,
  'X-Frame-Options': oneOf(['deny', 'sameorigin']),
  'X-Content-Type-Options': oneOf(['nosniff']),
  'X-XSS-Protection': headerValue,
  'Strict-Transport-Security': headerValue,
};

/** Reads `http_server_config`: the headers of every response. */
function readHeaders(yaml: YamlFile, section: YamlValue | undefined): ResponseHeaders {
  const { http2, headers } = readSection(yaml, section, ['http2', 'headers'], {});
  // exporter-toolkit enables HTTP/2 by default. This server has HTTP/1.1 only.
  if (http2 !== undefined && readBoolean(yaml, http2) === true) {
    yaml.addProblem(http2, 'true is not supported by this exporter, which serves only HTTP/1.1; accepted: false');
  }
  const headerValues: Record<string, string> = {};
  for (const [name, header] of Object.entries(readSection(yaml, headers, Object.keys(HEADERS), {}))) {
    const value = header && yaml.parse(header, HEADERS[name] ?? headerValue);
    if (value !== undefined) headerValues[name] = value;
  }
  return headerValues;
}

/** Maximum bcrypt cost. A check at this cost takes more than ten seconds; each further step doubles the time. */
const MAX_BCRYPT_COST = 18;

/** Parses a bcrypt hash. Problems never quote the value, which may be a password. */
const bcryptHash: Parser<string> = {
  accepts: 'a bcrypt hash',
  parse(text) {
    const cost = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/.exec(text)?.[1];
    if (cost === undefined)
      return { problem: 'not a bcrypt hash; generate one with htpasswd -nBC 10 "" (the part after the colon)' };
    if (Number(cost) >= 4 && Number(cost) <= MAX_BCRYPT_COST) return { value: text };
    return { problem: `bcrypt cost ${Number(cost)} is out of range; accepted: 4 to ${MAX_BCRYPT_COST}` };
  },
};

/** Reads `basic_auth_users`: the password hash of each user. Problems contain the line, but not the user name. */
function readUsers(yaml: YamlFile, section: YamlValue | undefined): Users {
  const users = new Map<string, string>();
  for (const { key: name, value } of readEntries(yaml, section, 'user names to bcrypt hashes')) {
    const hash = yaml.parse(value, bcryptHash);
    if (name === '') yaml.addProblem(value, 'the user name must not be empty');
    if (name.includes(':'))
      yaml.addProblem(value, 'the user name must not contain a colon, which separates it from the password');
    if (users.has(name)) yaml.addProblem(value, 'duplicate user; user names must be unique');
    if (hash !== undefined) users.set(name, hash);
  }
  return users;
}
