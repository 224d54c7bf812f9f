import { fromUnixSeconds, type Instant } from '../model/instant.ts';
import { FileError, readRegularFile } from '../runtime/file-reader.ts';
import { isObject, parseJson } from '../runtime/json.ts';

/** Where an account's personal access token comes from. */
export type CredentialSource =
  | { readonly kind: 'variable'; readonly variable: string; readonly value: string }
  | { readonly kind: 'file'; readonly path: string };

/** The credential cannot be had, or no header may carry it. The message never holds any of it. */
export class CredentialError extends Error {
  override readonly name = 'CredentialError';
}

/** Point One's tokens have about 250 characters; a file far larger is something else. */
const MAX_FILE_BYTES = 64 * 1024;

/** All that an HTTP header is sure to carry. RFC 6750 allows less, but what the API issues is for it to say. */
const PRINTABLE_ASCII = /^[\x20-\x7e]+$/;

/**
 * Reads the credential; a file anew each time, so that a rotated secret needs no restart.
 *
 * @throws CredentialError when there is none, or none that a header may carry
 */
export async function readCredential(source: CredentialSource): Promise<string> {
  const [place, raw] =
    source.kind === 'file'
      ? [`token file ${source.path}`, await readTokenFile(source.path)]
      : [`variable ${source.variable}`, source.value];
  const credential = raw.trim();
  if (credential === '') throw new CredentialError(`${place} is empty`);
  if (/[\r\n]/.test(credential)) throw new CredentialError(`${place} holds more than one line; one token is expected`);
  if (/^bearer\s/i.test(credential))
    throw new CredentialError(`${place} begins with "Bearer"; the token alone is expected`);
  if (!PRINTABLE_ASCII.test(credential)) {
    throw new CredentialError(`${place} holds a character that no HTTP header can carry (not printable ASCII)`);
  }
  return credential;
}

/**
 * When the credential itself expires, if it is a JWT with a numeric `exp` (RFC 7519, 4.1.4). It is decoded and never
 * verified: whether it is valid is for the API to say.
 */
export function credentialExpiry(credential: string): Instant | undefined {
  const [, payload, signature] = credential.split('.');
  if (payload === undefined || signature === undefined) return undefined;
  const claims = parseJson(Buffer.from(payload, 'base64url').toString());
  return isObject(claims) && typeof claims['exp'] === 'number' ? fromUnixSeconds(claims['exp']) : undefined;
}

async function readTokenFile(path: string): Promise<string> {
  try {
    return (await readRegularFile(path, MAX_FILE_BYTES)).toString();
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const problem = error.code === 'EFBIG' ? 'is far too large for a token' : error.message;
    throw new CredentialError(`token file ${path} ${problem}`);
  }
}
