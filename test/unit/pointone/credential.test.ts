import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CredentialError, credentialExpiry, readCredential } from '../../../src/pointone/credential.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE3NzIzNTU2MDB9.c2lnbmF0dXJl';

function fileWith(content: string | Uint8Array): string {
  const path = join(temporaryFolder(), 'token');
  writeFileSync(path, content);
  return path;
}

async function problemOf(path: string): Promise<string> {
  const error: unknown = await readCredential({ kind: 'file', path }).then(
    () => new Error('it was read'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof CredentialError)) throw error;
  // It says which file is meant, and not what it holds.
  expect(error.message).toContain(path);
  expect(error.message).not.toContain(TOKEN.slice(0, 20));
  return error.message;
}

describe('a token file gives', () => {
  it.each([
    ['the token', TOKEN],
    ['the token without the line feed at its end', `${TOKEN}\n`],
    ['the token without CR and LF at its end', `${TOKEN}\r\n`],
    ['the token without white space around it', `\t \n${TOKEN}  \n\n`],
    ['the token without a byte order mark before it', `\ufeff${TOKEN}\n`],
  ])('%s', async (_what, content) => {
    await expect(readCredential({ kind: 'file', path: fileWith(content) })).resolves.toBe(TOKEN);
  });

  it('what it holds now, as a secret may be rotated', async () => {
    const path = fileWith('before');
    await expect(readCredential({ kind: 'file', path })).resolves.toBe('before');
    writeFileSync(path, 'after');
    await expect(readCredential({ kind: 'file', path })).resolves.toBe('after');
  });

  it('what a symbolic link leads to, as Kubernetes mounts secrets', async () => {
    const link = join(temporaryFolder(), 'link');
    symlinkSync(fileWith(TOKEN), link);
    await expect(readCredential({ kind: 'file', path: link })).resolves.toBe(TOKEN);
  });
});

describe('a token file is the failure credential when it', () => {
  it.each([
    ['is empty', '', /empty/],
    ['holds white space only', ' \r\n\t', /empty/],
    ['holds a byte order mark only', '\ufeff', /empty/],
    ['holds two lines', `${TOKEN}\n${TOKEN}\n`, /more than one line/],
    ['holds a carriage return inside', `${TOKEN}\rX-Header: 1`, /more than one line/],
    ['holds a letter beyond ASCII', `${TOKEN}é`, /printable ASCII/],
    ['holds a NUL', `${TOKEN}\0`, /printable ASCII/],
    ['holds a tab inside', `${TOKEN}\t${TOKEN}`, /printable ASCII/],
    ['holds a DEL', `${TOKEN}\x7f`, /printable ASCII/],
    ['is not UTF-8', Buffer.concat([Buffer.from(TOKEN), Buffer.from([0xff])]), /printable ASCII/],
    ['is UTF-16, as Windows likes to write', Buffer.from(`\ufeff${TOKEN}`, 'utf16le'), /printable ASCII/],
    ['is far too large', 'a'.repeat(64 * 1024 + 1), /too large/],
  ])('%s', async (_what, content, problem) => {
    expect(await problemOf(fileWith(content))).toMatch(problem);
  });

  it('does not exist', async () => {
    expect(await problemOf(join(temporaryFolder(), 'missing'))).toMatch(/does not exist/);
  });

  it('is a folder', async () => {
    expect(await problemOf(temporaryFolder())).toMatch(/is a directory/);
  });

  it('lies in what is no folder', async () => {
    expect(await problemOf(join(fileWith(TOKEN), 'token'))).toMatch(/ENOTDIR/);
  });

  it('is a link that leads to itself', async () => {
    const path = join(temporaryFolder(), 'loop');
    symlinkSync(path, path);
    expect(await problemOf(path)).toMatch(/ELOOP/);
  });

  it('is a named pipe that nobody writes to, without waiting for one', async () => {
    const path = join(temporaryFolder(), 'pipe');
    execFileSync('mkfifo', [path]);
    expect(await problemOf(path)).toMatch(/not a regular file/);
  });

  it('may not be read', async () => {
    const path = join(temporaryFolder(), 'token');
    writeFileSync(path, TOKEN, { mode: 0o000 });
    asNobody();
    expect(await problemOf(path)).toMatch(/permission denied/);
  });

  it('lies in a folder that may not be entered', async () => {
    const folder = join(temporaryFolder(), 'secrets');
    mkdirSync(folder, { mode: 0o000 });
    asNobody();
    expect(await problemOf(join(folder, 'token'))).toMatch(/permission denied/);
  });
});

/** Permissions mean nothing to root, whom tests in a container often run as; gives that up until the test's end. */
function asNobody(): void {
  const user = process.geteuid?.();
  if (user !== 0) return;
  process.seteuid?.(65_534);
  onTestFinished(() => process.seteuid?.(user));
}

describe('a variable', () => {
  const source = (value: string) => ({ kind: 'variable', variable: 'FLEET_TOKEN', value }) as const;

  it('gives the token without white space around it', async () => {
    await expect(readCredential(source(` ${TOKEN}\n`))).resolves.toBe(TOKEN);
  });

  it.each([' ', `${TOKEN}\n${TOKEN}`, `${TOKEN}ü`])(
    'is the failure credential when it cannot be a header, and its name is told: %j',
    async (value) => {
      await expect(readCredential(source(value))).rejects.toThrow(CredentialError);
      await expect(readCredential(source(value))).rejects.toThrow(/FLEET_TOKEN(?!.*eyJ)/);
    },
  );
});

describe('the expiry of a credential', () => {
  const jwt = (payload: string): string => `eyJhbGciOiJub25lIn0.${Buffer.from(payload).toString('base64url')}.c2ln`;

  it.each([
    ['in whole seconds', '{"exp":1772355600}', 1_772_355_600_000],
    ['with a fraction, which RFC 7519 allows', '{"exp":1772355600.5}', 1_772_355_600_500],
    ['among other claims, in whatever letters', '{"sub":"Zoë ÿÿÿ~~~???","exp":1772355600}', 1_772_355_600_000],
    ['long gone', '{"exp":1000000000}', 1_000_000_000_000],
  ])('is the exp of a JWT %s', (_what, payload, instant) => {
    expect(credentialExpiry(jwt(payload))).toBe(instant);
  });

  it.each([
    ['without exp', '{"iat":1772355600}'],
    ['with an exp of text', '{"exp":"1772355600"}'],
    ['with an exp of null', '{"exp":null}'],
    ['with an exp of zero', '{"exp":0}'],
    ['with a negative exp', '{"exp":-1772355600}'],
    ['with an exp beyond all dates', '{"exp":1e300}'],
    ['whose claims are a list', '[1772355600]'],
    ['whose claims are null', 'null'],
    ['whose claims are a number', '1772355600'],
    ['whose claims are cut off', '{"exp":17723'],
    ['without claims', ''],
  ])('is unknown of a JWT %s', (_what, payload) => {
    expect(credentialExpiry(jwt(payload))).toBeUndefined();
  });

  it.each([
    ['that is no JWT', 'plain-token'],
    ['with two parts', jwt('{"exp":1772355600}').split('.').slice(0, 2).join('.')],
    ['of dots', '..'],
    ['that is not base64', 'a.%%%.c'],
    ['that is empty', ''],
  ])('is unknown of a credential %s', (_what, credential) => {
    expect(credentialExpiry(credential)).toBeUndefined();
  });
});
