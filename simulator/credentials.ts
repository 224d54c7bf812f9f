import { createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';

/** The contents of a credential. Times are in milliseconds since 1970. */
export interface CredentialOptions {
  readonly subject: string;
  readonly issuedAt: number;
  /** Null omits the claim `exp`. */
  readonly expiresAt: number | null;
  /** The HMAC key. The default is a random key, so that the credential never verifies. */
  readonly key?: Uint8Array;
}

/** The claims that the simulator reads back. Times are in seconds since 1970, as in any JWT. */
export interface Claims {
  readonly sub: string;
  readonly iat: number;
  readonly exp?: number;
  readonly jti: string;
}

/** Creates a signing key. Each simulator has its own, so that a credential of one is invalid in another. */
export function createKey(): Uint8Array {
  return randomBytes(32);
}

/**
 * Issues the value of a personal access token: an HS256 JWT of about 250 characters. The vendor's tokens look like this
 * (`eyJ…`). The claims other than `exp` are a guess.
 */
export function issueCredential({ subject, issuedAt, expiresAt, key = createKey() }: CredentialOptions): string {
  const claims = {
    iss: 'https://simulator.invalid',
    sub: subject,
    iat: Math.floor(issuedAt / 1000),
    ...(expiresAt === null ? {} : { exp: Math.floor(expiresAt / 1000) }),
    jti: randomUUID(),
  } satisfies Claims & { iss: string };
  const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${signed}.${sign(signed, key).toString('base64url')}`;
}

/**
 * Returns the claims of a credential that `key` signed, and undefined for any other string. Does not check the expiry.
 */
export function verifyCredential(credential: string, key: Uint8Array): Claims | undefined {
  const [header, payload, signature, ...rest] = credential.split('.');
  if (header === undefined || payload === undefined || signature === undefined || rest.length > 0) return undefined;
  const given = Buffer.from(signature, 'base64url');
  const expected = sign(`${header}.${payload}`, key);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  // The signature is valid, so issueCredential wrote this payload.
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims;
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function sign(text: string, key: Uint8Array): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
