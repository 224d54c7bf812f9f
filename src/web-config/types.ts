/** The TLS settings, users and headers of the server, as Prometheus' exporter-toolkit defines them. */
export interface WebConfig {
  /** Undefined for plain HTTP. */
  readonly tls: TlsSettings | undefined;
  /** Headers of every response. */
  readonly headers: ResponseHeaders;
  /** Without users, no password is required. */
  readonly users: Users;
}

/** Certificates and keys are PEM. */
export interface TlsSettings {
  /** The certificate and its chain. */
  readonly cert: Buffer;
  readonly key: Buffer;
  /** The certificate authorities that client certificates are verified against. */
  readonly clientCa: Buffer | undefined;
  readonly clientAuthType: ClientAuthType;
  readonly minVersion: TlsVersion;
  readonly maxVersion: TlsVersion;
}

/** The values of Go's `tls.ClientAuthType`, which the format uses. */
export const CLIENT_AUTH_TYPES = [
  'NoClientCert',
  'RequestClientCert',
  'RequireAnyClientCert',
  'VerifyClientCertIfGiven',
  'RequireAndVerifyClientCert',
] as const;
export type ClientAuthType = (typeof CLIENT_AUTH_TYPES)[number];

export type TlsVersion = 'TLSv1.2' | 'TLSv1.3';

/** Header values by header name. */
export type ResponseHeaders = Readonly<Record<string, string>>;

/** The bcrypt hash of each user's password, by user name. */
export type Users = ReadonlyMap<string, string>;
