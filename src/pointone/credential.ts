import { formatInstant, fromUnixSeconds, type Instant } from '../model/instant.ts';
import { failedOutcome, type Outcome } from '../model/report.ts';
import { FileError, readRegularFile } from '../runtime/file-reader.ts';
import { isObject, parseJson } from '../runtime/json.ts';
import { findCredentialMistake } from './credential-mistakes.ts';

/** Where an account's personal access token comes from. */
export type CredentialSource =
  | { readonly kind: 'variable'; readonly variable: string; readonly value: string }
  | { readonly kind: 'file'; readonly path: string };

/** The credential cannot be read, or cannot be sent in a header. The message never contains any part of it. */
export class CredentialError extends Error {
  override readonly name = 'CredentialError';
}

/** Maximum size of a token file. Point One's tokens have about 250 characters. */
const MAX_FILE_BYTES = 64 * 1024;

/** Matches the characters that every HTTP header can carry. RFC 6750 allows fewer, but the API decides what it issues. */
const PRINTABLE_ASCII = /^[\x20-\x7e]+$/;

/**
 * Reads the credential. A file is read again for each request, so that a rotated secret needs no restart.
 *
 * @throws CredentialError if the credential is missing or cannot be sent in a header
 */
export async function readCredential(source: CredentialSource): Promise<string> {
  const [location, raw] =
    source.kind === 'file'
      ? [`token file ${source.path}`, await readTokenFile(source.path)]
      : [`variable ${source.variable}`, source.value];
  const credential = raw.trim();
  if (credential === '') throw new CredentialError(`${location} is empty`);
  const mistake = findCredentialMistake(credential);
  if (mistake !== undefined) throw new CredentialError(`${location} ${mistake}`);
  if (/[\r\n]/.test(credential)) {
    throw new CredentialError(`${location} contains more than one line; expected a single token`);
  }
  if (/^bearer\s/i.test(credential)) {
    throw new CredentialError(`${location} starts with "Bearer"; expected only the token`);
  }
  if (!PRINTABLE_ASCII.test(credential)) {
    throw new CredentialError(
      `${location} contains a character that an HTTP header cannot carry; expected only printable ASCII`,
    );
  }
  return credential;
}

/**
 * Returns the claims of the credential, if it is a JWT (RFC 7519). The JWT is decoded but not verified: only the API can
 * decide whether it is valid.
 */
export function credentialClaims(credential: string): Readonly<Record<string, unknown>> | undefined {
  const [, payload, signature] = credential.split('.');
  if (payload === undefined || signature === undefined) return undefined;
  const claims = parseJson(Buffer.from(payload, 'base64url').toString());
  return isObject(claims) ? claims : undefined;
}

/** Returns when the credential expires, if it is a JWT with a numeric `exp` (RFC 7519, 4.1.4). */
export function credentialExpiry(credential: string): Instant | undefined {
  return claimedInstant(credentialClaims(credential)?.['exp']);
}

/** Reads the value of a claim such as `exp` or `iat`: a number of seconds since 1970. */
export function claimedInstant(value: unknown): Instant | undefined {
  return typeof value === 'number' ? fromUnixSeconds(value) : undefined;
}

/**
 * Adds to a failed authentication whether the credential has expired, if its expiry is known. Before the expiry, the
 * credential was revoked or is wrong, or the API's authentication has an outage.
 *
 * @param now the time of the API
 */
export function withCredentialExpiry(outcome: Outcome, expiresAt: Instant | undefined, now: Instant): Outcome {
  if (outcome.ok || outcome.failure.reason !== 'unauthenticated' || expiresAt === undefined) return outcome;
  const expiry = formatInstant(expiresAt);
  const hint = expiresAt <= now ? `expired at ${expiry}` : `expires only at ${expiry}`;
  return failedOutcome('unauthenticated', `${outcome.failure.detail}; the credential ${hint}`);
}

async function readTokenFile(path: string): Promise<string> {
  try {
    return (await readRegularFile(path, MAX_FILE_BYTES)).toString();
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const problem = error.code === 'EFBIG' ? 'is too large for a token' : error.message;
    throw new CredentialError(`token file ${path} ${problem}`);
  }
}
