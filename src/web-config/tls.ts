import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import { looksLikeToken, oneOf, type Parser, rejectValue } from '../config/parsers.ts';
import type { YamlFile, YamlValue } from '../config/yaml-file.ts';
import { FileError } from '../runtime/file-reader.ts';
import type { WebConfigFiles } from './files.ts';
import { readSection, type Unsupported } from './sections.ts';
import { CLIENT_AUTH_TYPES, type ClientAuthType, type TlsSettings, type TlsVersion } from './types.ts';

const KEYS = ['cert_file', 'key_file', 'client_ca_file', 'client_auth_type', 'min_version', 'max_version'] as const;
type Places = Partial<Record<(typeof KEYS)[number], YamlValue>>;

const UNSUPPORTED: Unsupported = {
  cert: '; name a file by cert_file',
  key: '; name a file by key_file',
  client_ca: '; name a file by client_ca_file',
  client_allowed_sans: '',
  cipher_suites: '',
  curve_preferences: '',
  prefer_server_cipher_suites: '',
};

const clientAuthType: Parser<ClientAuthType> = {
  ...oneOf(CLIENT_AUTH_TYPES),
  // The toolkit's name for it in older files.
  parse: (text: string) => oneOf(CLIENT_AUTH_TYPES).parse(text === 'RequireClientCert' ? 'RequireAnyClientCert' : text),
};

const VERSIONS = { TLS12: 'TLSv1.2', TLS13: 'TLSv1.3' } as const satisfies Record<string, TlsVersion>;

const tlsVersion: Parser<TlsVersion> = {
  accepts: 'TLS12 or TLS13',
  parse(text) {
    if (text === 'TLS12' || text === 'TLS13') return { value: VERSIONS[text] };
    if (text === 'TLS10' || text === 'TLS11') {
      return { problem: `${text} is not supported by this exporter, as it is no longer safe (RFC 8996)` };
    }
    return rejectValue(text, tlsVersion.accepts);
  },
};

/** A path. What is not one may be the key itself, and is kept out of every message. */
const pemPath: Parser<string> = {
  accepts: 'the path of a file',
  parse(text) {
    if (text.includes('-----BEGIN') || /[\r\n]/.test(text) || looksLikeToken(text)) {
      return { problem: `is no path; expected ${pemPath.accepts} in PEM format` };
    }
    return { value: text };
  },
};

/**
 * Reads `tls_server_config` and the files it names, and tries them.
 *
 * @param file the path of the configuration, which relative paths in it start from
 * @returns undefined when there is none, or one with problems, which are noted
 */
export async function readTls(
  yaml: YamlFile,
  place: YamlValue | undefined,
  file: string,
  files: WebConfigFiles,
): Promise<TlsSettings | undefined> {
  if (place === undefined) return undefined;
  const places = readSection(yaml, place, KEYS, UNSUPPORTED);
  const minVersion = (places.min_version && yaml.value(places.min_version, tlsVersion)) ?? 'TLSv1.2';
  const maxVersion = (places.max_version && yaml.value(places.max_version, tlsVersion)) ?? 'TLSv1.3';
  if (minVersion > maxVersion) yaml.addProblem(places.min_version ?? place, 'is above max_version');
  const auth = readClientAuth(yaml, places);

  for (const name of ['cert_file', 'key_file'] as const) {
    if (places[name] === undefined) yaml.addProblem(place, `${name} is missing; TLS needs a certificate and its key`);
  }
  const cert = await readPem(yaml, places.cert_file, file, files);
  const key = await readPem(yaml, places.key_file, file, files);
  const clientCa = await readPem(yaml, places.client_ca_file, file, files);
  if (clientCa !== undefined) addFileProblem(yaml, clientCa, checkCertificates(clientCa.content));
  if (cert === undefined || key === undefined) return undefined;
  const defect = checkKeyPair({ cert: cert.content, key: key.content });
  addFileProblem(yaml, defect?.of === 'key_file' ? key : cert, defect?.what);
  return {
    cert: cert.content,
    key: key.content,
    clientCa: clientCa?.content,
    clientAuthType: auth,
    minVersion,
    maxVersion,
  };
}

function readClientAuth(yaml: YamlFile, { client_auth_type: type, client_ca_file: ca }: Places): ClientAuthType {
  const auth = (type && yaml.value(type, clientAuthType)) ?? 'NoClientCert';
  if (ca !== undefined && auth === 'NoClientCert') {
    yaml.addProblem(ca, 'is of no use unless client_auth_type asks for client certificates');
  }
  if (
    type !== undefined &&
    ca === undefined &&
    (auth === 'VerifyClientCertIfGiven' || auth === 'RequireAndVerifyClientCert')
  ) {
    yaml.addProblem(type, `${auth} needs a client_ca_file to verify by`);
  }
  return auth;
}

interface PemFile {
  readonly place: YamlValue;
  readonly path: string;
  readonly content: Buffer;
}

async function readPem(
  yaml: YamlFile,
  place: YamlValue | undefined,
  file: string,
  files: WebConfigFiles,
): Promise<PemFile | undefined> {
  const named = place && yaml.value(place, pemPath);
  if (place === undefined || named === undefined) return undefined;
  const path = resolve(dirname(file), named);
  const content = await files.read(path);
  if (!(content instanceof FileError)) return { place, path, content };
  yaml.addProblem(place, `${path} ${content.message}`);
  return undefined;
}

function addFileProblem(yaml: YamlFile, { place, path }: PemFile, defect: string | undefined): void {
  if (defect !== undefined) yaml.addProblem(place, `${path} ${defect}`);
}

/** What is wrong with a certificate or key, to be read after its path. Says nothing of what is in them. */
type PemProblem = { readonly of: 'cert_file' | 'key_file'; readonly what: string };

/** As PEM. */
interface Pair {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** Tries a certificate and its key as the server will use them. */
function checkKeyPair({ cert, key }: Pair): PemProblem | undefined {
  const what = checkCertificates(cert);
  if (what !== undefined) return { of: 'cert_file', what };
  const read = readKey(key);
  if ('what' in read) return { of: 'key_file', what: read.what };
  if (!new X509Certificate(cert).checkPrivateKey(read.key)) {
    return { of: 'key_file', what: 'does not belong to the certificate in cert_file' };
  }
  try {
    createSecureContext({ cert, key });
    return undefined;
  } catch (error) {
    // Such as a key that is too short to be safe.
    return { of: 'cert_file', what: `cannot be used with its key (${(error as NodeJS.ErrnoException).code})` };
  }
}

/** What is wrong with a file that has to hold one certificate or more, as PEM. */
function checkCertificates(pem: Buffer): string | undefined {
  const blocks = pem.toString('latin1').match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) return 'holds no certificate in PEM format';
  const unreadable = blocks.findIndex((block) => !isCertificate(block));
  return unreadable < 0 ? undefined : `cannot be read as PEM: certificate ${unreadable + 1} is damaged`;
}

function isCertificate(pem: string): boolean {
  try {
    new X509Certificate(pem);
    return true;
  } catch {
    return false;
  }
}

/** The library's messages are not used: they may quote what they were given. */
function readKey(pem: Buffer): { key: KeyObject } | { what: string } {
  if (pem.includes('ENCRYPTED')) return { what: 'is encrypted; a key without a passphrase is expected' };
  try {
    return { key: createPrivateKey(pem) };
  } catch {
    return { what: 'holds no private key in PEM format' };
  }
}
