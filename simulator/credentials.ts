import { createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';

/** What a credential says about itself; times in milliseconds since 1970. */
export interface CredentialOptions {
  readonly subject: string;
  readonly issuedAt: number;
  /** Null leaves the claim `exp` out. */
  readonly expiresAt: number | null;
  /** The HMAC key. Without one a random key is used and nothing will ever verify the credential. */
  readonly key?: Uint8Array;
}

/** The claims the simulator reads back; times in seconds since 1970, as JWTs have them. */
export interface Claims {
  readonly sub: string;
  readonly iat: number;
  readonly exp?: number;
  readonly jti: string;
}

/** Makes a signing key; every world has its own, so that a credential of one is worth nothing in another. */
export function createKey(): Uint8Array {
  return randomBytes(32);
}

/**
 * A personal access token's value: an HS256 JWT of about 250 characters, which is what the vendor's tokens
 * look like (`eyJ…`). The claims other than `exp` are a guess.
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

/** The claims of a credential signed with `key`; undefined for anything else. Says nothing about expiry. */
export function verifyCredential(credential: string, key: Uint8Array): Claims | undefined {
  const [header, payload, signature, ...rest] = credential.split('.');
  if (header === undefined || payload === undefined || signature === undefined || rest.length > 0) return undefined;
  const given = Buffer.from(signature, 'base64url');
  const expected = sign(`${header}.${payload}`, key);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  // The signature is ours, so the payload is what issueCredential wrote.
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims;
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function sign(text: string, key: Uint8Array): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
