import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { type Instant, readUnixSeconds } from '../tokens/instant.ts';
import { isObject } from './wire-token.ts';

/** Where an account's personal access token comes from. */
export type CredentialSource =
  | { readonly kind: 'variable'; readonly variable: string; readonly value: string }
  | { readonly kind: 'file'; readonly path: string };

/** The credential cannot be had, or no header may carry it. The message never holds any of it. */
export class CredentialError extends Error {
  override readonly name = 'CredentialError';
}

/** Point One's tokens have about 250 characters; a file far larger is something else. */
const LARGEST_FILE_BYTES = 64 * 1024;

/** What an HTTP header can carry and RFC 6750 comes close to: printable ASCII. */
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
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    return isObject(claims) && typeof claims['exp'] === 'number' ? readUnixSeconds(claims['exp']) : undefined;
  } catch {
    return undefined;
  }
}

async function readTokenFile(path: string): Promise<string> {
  try {
    // Without O_NONBLOCK, opening a named pipe would wait for a writer and block one of libuv's few threads.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stat = await file.stat();
      if (stat.isDirectory()) throw new CredentialError(`token file ${path} is a folder`);
      if (!stat.isFile()) throw new CredentialError(`token file ${path} is not a regular file`);
      if (stat.size > LARGEST_FILE_BYTES) throw new CredentialError(`token file ${path} is far too large for a token`);
      return await file.readFile('utf8');
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof CredentialError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') throw new CredentialError(`token file ${path} does not exist`);
    if (code === 'EACCES') throw new CredentialError(`token file ${path} may not be read by this user`);
    throw new CredentialError(`token file ${path} cannot be read (${code ?? 'unknown error'})`);
  }
}
