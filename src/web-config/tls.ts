import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import { looksLikeToken, oneOf, type Parser, rejectValue, unexpandedProblem } from '../config/parsers.ts';
import type { YamlFile, YamlValue } from '../config/yaml-file.ts';
import { findCertificateProblem } from '../runtime/certificates.ts';
import { FileError } from '../runtime/file-reader.ts';
import type { WebConfigFiles } from './files.ts';
import { readSection, type UnsupportedKeys } from './sections.ts';
import { CLIENT_AUTH_TYPES, type ClientAuthType, type TlsSettings, type TlsVersion } from './types.ts';

const KEYS = ['cert_file', 'key_file', 'client_ca_file', 'client_auth_type', 'min_version', 'max_version'] as const;
type TlsValues = Partial<Record<(typeof KEYS)[number], YamlValue>>;

const UNSUPPORTED: UnsupportedKeys = {
  cert: '; use cert_file',
  key: '; use key_file',
  client_ca: '; use client_ca_file',
  client_allowed_sans: '',
  cipher_suites: '',
  curve_preferences: '',
  prefer_server_cipher_suites: '',
};

const clientAuthType: Parser<ClientAuthType> = {
  ...oneOf(CLIENT_AUTH_TYPES),
  // RequireClientCert is the older name in exporter-toolkit.
  parse: (text: string) => oneOf(CLIENT_AUTH_TYPES).parse(text === 'RequireClientCert' ? 'RequireAnyClientCert' : text),
};

const VERSIONS = { TLS12: 'TLSv1.2', TLS13: 'TLSv1.3' } as const satisfies Record<string, TlsVersion>;

const tlsVersion: Parser<TlsVersion> = {
  accepts: 'TLS12 or TLS13',
  parse(text) {
    if (text === 'TLS12' || text === 'TLS13') return { value: VERSIONS[text] };
    if (text === 'TLS10' || text === 'TLS11') {
      return { problem: `${text} is not supported by this exporter, because it is deprecated (RFC 8996)` };
    }
    return rejectValue(text, tlsVersion.accepts);
  },
};

/** Parses the path of a PEM file. Problems never quote the value, which may be the key itself. */
const pemPath: Parser<string> = {
  accepts: 'the path of a PEM file',
  parse(text) {
    if (text.includes('-----BEGIN') || /[\r\n]/.test(text) || looksLikeToken(text)) {
      return { problem: `not a path; expected ${pemPath.accepts}` };
    }
    const problem = unexpandedProblem(text);
    return problem === undefined ? { value: text } : { problem };
  },
};

/**
 * Reads `tls_server_config` and validates its certificates and keys.
 *
 * @param file the path of the configuration file; relative paths are resolved against its directory
 * @returns undefined if the certificate or key cannot be read; problems are added to `yaml`
 */
export async function readTls(
  yaml: YamlFile,
  section: YamlValue | undefined,
  file: string,
  files: WebConfigFiles,
): Promise<TlsSettings | undefined> {
  if (section === undefined) return undefined;
  const values = readSection(yaml, section, KEYS, UNSUPPORTED);
  const minVersion = (values.min_version && yaml.parse(values.min_version, tlsVersion)) ?? 'TLSv1.2';
  const maxVersion = (values.max_version && yaml.parse(values.max_version, tlsVersion)) ?? 'TLSv1.3';
  if (minVersion > maxVersion) yaml.addProblem(values.min_version ?? section, 'must not be above max_version');
  const auth = readClientAuth(yaml, values);

  for (const name of ['cert_file', 'key_file'] as const) {
    if (values[name] === undefined)
      yaml.addProblem(section, `${name} is missing; TLS requires a certificate and its key`);
  }
  const cert = await readPem(yaml, values.cert_file, file, files);
  const key = await readPem(yaml, values.key_file, file, files);
  const clientCa = await readPem(yaml, values.client_ca_file, file, files);
  if (clientCa !== undefined) addFileProblem(yaml, clientCa, findCertificateProblem(clientCa.content));
  if (cert === undefined || key === undefined) return undefined;
  const problem = checkKeyPair({ cert: cert.content, key: key.content });
  addFileProblem(yaml, problem?.setting === 'key_file' ? key : cert, problem?.message);
  return {
    cert: cert.content,
    key: key.content,
    clientCa: clientCa?.content,
    clientAuthType: auth,
    minVersion,
    maxVersion,
  };
}

function readClientAuth(yaml: YamlFile, { client_auth_type: type, client_ca_file: ca }: TlsValues): ClientAuthType {
  const auth = (type && yaml.parse(type, clientAuthType)) ?? 'NoClientCert';
  if (ca !== undefined && auth === 'NoClientCert') {
    yaml.addProblem(ca, 'has no effect unless client_auth_type requests client certificates');
  }
  if (
    type !== undefined &&
    ca === undefined &&
    (auth === 'VerifyClientCertIfGiven' || auth === 'RequireAndVerifyClientCert')
  ) {
    yaml.addProblem(type, `${auth} requires client_ca_file`);
  }
  return auth;
}

interface PemFile {
  readonly value: YamlValue;
  readonly path: string;
  readonly content: Buffer;
}

async function readPem(
  yaml: YamlFile,
  value: YamlValue | undefined,
  file: string,
  files: WebConfigFiles,
): Promise<PemFile | undefined> {
  const relativePath = value && yaml.parse(value, pemPath);
  if (value === undefined || relativePath === undefined) return undefined;
  const path = resolve(dirname(file), relativePath);
  const content = await files.read(path);
  if (!(content instanceof FileError)) return { value, path, content };
  yaml.addProblem(value, `${path} ${content.message}`);
  return undefined;
}

function addFileProblem(yaml: YamlFile, { value, path }: PemFile, problem: string | undefined): void {
  if (problem !== undefined) yaml.addProblem(value, `${path} ${problem}`);
}

/** A problem with a certificate or key. The message follows the path and never quotes the content. */
type PemProblem = { readonly setting: 'cert_file' | 'key_file'; readonly message: string };

/** A certificate and its key in PEM format. */
interface KeyPair {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** Validates that the server can use a certificate and its key. */
function checkKeyPair({ cert, key }: KeyPair): PemProblem | undefined {
  const certProblem = findCertificateProblem(cert);
  if (certProblem !== undefined) return { setting: 'cert_file', message: certProblem };
  const parsed = parseKey(key);
  if ('problem' in parsed) return { setting: 'key_file', message: parsed.problem };
  if (!new X509Certificate(cert).checkPrivateKey(parsed.key)) {
    return { setting: 'key_file', message: 'does not match the certificate in cert_file' };
  }
  try {
    createSecureContext({ cert, key });
    return undefined;
  } catch (error) {
    // For example, OpenSSL rejects a key that is too short.
    return { setting: 'cert_file', message: `cannot be used with its key (${(error as NodeJS.ErrnoException).code})` };
  }
}

/** Parses a private key. OpenSSL's messages are not used, because they may quote the key. */
function parseKey(pem: Buffer): { key: KeyObject } | { problem: string } {
  if (pem.includes('ENCRYPTED')) return { problem: 'is encrypted; expected a key without a passphrase' };
  try {
    return { key: createPrivateKey(pem) };
  } catch {
    return { problem: 'contains no private key in PEM format' };
  }
}
