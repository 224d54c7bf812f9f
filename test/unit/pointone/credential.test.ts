import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { failedOutcome } from '../../../src/model/report.ts';
import {
  CredentialError,
  credentialExpiry,
  readCredential,
  withCredentialExpiry,
} from '../../../src/pointone/credential.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE3NzIzNTU2MDB9.c2lnbmF0dXJl';

function utf16(text: string): Buffer {
  return Buffer.from(text, 'utf16le');
}

function fileWith(content: string | Uint8Array): string {
  const path = join(temporaryFolder(), 'token');
  writeFileSync(path, content);
  return path;
}

async function readError(path: string): Promise<string> {
  const error: unknown = await readCredential({ kind: 'file', path }).then(
    () => new Error('the file was read'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof CredentialError)) throw error;
  // The message names the file but never contains its content.
  expect(error.message).toContain(path);
  expect(error.message).not.toContain(TOKEN.slice(0, 20));
  return error.message;
}

describe('a token file', () => {
  it.each([
    ['only the token', TOKEN],
    ['a trailing LF', `${TOKEN}\n`],
    ['a trailing CRLF', `${TOKEN}\r\n`],
    ['white space around the token', `\t \n${TOKEN}  \n\n`],
    ['a byte order mark', `\ufeff${TOKEN}\n`],
  ])('with %s is read as the token', async (_what, content) => {
    await expect(readCredential({ kind: 'file', path: fileWith(content) })).resolves.toBe(TOKEN);
  });

  it('is read again for each request, so that a rotated secret is used', async () => {
    const path = fileWith('before');
    await expect(readCredential({ kind: 'file', path })).resolves.toBe('before');
    writeFileSync(path, 'after');
    await expect(readCredential({ kind: 'file', path })).resolves.toBe('after');
  });

  it('can be a symbolic link, as in a mounted Kubernetes secret', async () => {
    const link = join(temporaryFolder(), 'link');
    symlinkSync(fileWith(TOKEN), link);
    await expect(readCredential({ kind: 'file', path: link })).resolves.toBe(TOKEN);
  });
});

it.each([
  ['a JWT', TOKEN],
  ['base64 with padding', 'c2VjcmV0IHRva2Vu=='],
  ['base64 with one padding character', 'c2VjcmV0IHRva2Vua='],
  ['a slash at the start', '/c2VjcmV0'],
  ['all characters that RFC 6750 allows', 'aZ09-._~+/=='],
  ['a prefix', 'pat_0123456789abcdef'],
  ['a colon', 'user:password'],
])('a credential with %s is not taken for a mistake', async (_what, credential) => {
  await expect(readCredential({ kind: 'file', path: fileWith(credential) })).resolves.toBe(credential);
});

describe('a token file is rejected if it', () => {
  it.each([
    ['is empty', '', /empty/],
    ['contains only white space', ' \r\n\t', /empty/],
    ['contains only a byte order mark', '\ufeff', /empty/],
    ['has two lines', `${TOKEN}\n${TOKEN}\n`, /more than one line/],
    ['contains a carriage return', `${TOKEN}\rX-Header: 1`, /more than one line/],
    ['contains a non-ASCII letter', `${TOKEN}é`, /printable ASCII/],
    ['contains a NUL', `${TOKEN}\0`, /printable ASCII/],
    ['contains a tab', `${TOKEN}\t${TOKEN}`, /printable ASCII/],
    ['contains a DEL', `${TOKEN}\x7f`, /printable ASCII/],
    ['is not UTF-8', Buffer.concat([Buffer.from(TOKEN), Buffer.from([0xff])]), /printable ASCII/],
    ['is UTF-16, which is common on Windows', utf16(`\ufeff${TOKEN}\r\n`), /UTF-16/],
    ['is UTF-16 without a byte order mark', utf16(TOKEN), /UTF-16/],
    ['is big-endian UTF-16', utf16(`\ufeff${TOKEN}`).swap16(), /UTF-16/],
    ['is in double quotes', `"${TOKEN}"\n`, /in quotes/],
    ['is in single quotes', `'${TOKEN}'`, /in quotes/],
    ['is in typographic quotes', `“${TOKEN}”`, /in quotes/],
    ['lost its closing quote', `"${TOKEN}`, /in quotes/],
    ['is a line of an environment file', `POINTONE_API_TOKEN=${TOKEN}\n`, /a name and "="/],
    ['is a quoted line of an environment file', `POINTONE_API_TOKEN="${TOKEN}"`, /a name and "="/],
    ['is a line of a shell script', `export TOKEN=${TOKEN}`, /a name and "="/],
    ['is an environment file', `A=1\nPOINTONE_API_TOKEN=${TOKEN}\n`, /a name and "="/],
    ['is a line of an INI file', `token = ${TOKEN}`, /a name and "="/],
    ['follows a name with a hyphen', `api-token=${TOKEN}`, /a name and "="/],
    ['is a line of YAML', `token: ${TOKEN}`, /a name and ":"/],
    ['is a header', `Authorization: Bearer ${TOKEN}`, /a name and ":"/],
    ['starts with Bearer', `Bearer ${TOKEN}`, /starts with "Bearer"/],
    ['is a JSON object', `{\n  "token": "${TOKEN}"\n}\n`, /is JSON/],
    ['is a JSON list', `["${TOKEN}"]`, /is JSON/],
    ['is a JSON string', JSON.stringify(TOKEN), /in quotes/],
    ['is encoded as base64 twice', Buffer.from(`${TOKEN}\n`).toString('base64'), /base64 once more/],
    ['is a variable of a shell', '$' + '{TOKEN}', /placeholder/],
    ['is a variable of Kubernetes', '$(TOKEN)', /placeholder/],
    ['is a variable without braces', '$TOKEN', /placeholder/],
    ['is a template', '{{ token }}', /placeholder/],
    ['is a placeholder of documentation', '<your token>', /placeholder/],
    ['is too large', 'a'.repeat(64 * 1024 + 1), /too large/],
  ])('%s', async (_what, content, problem) => {
    expect(await readError(fileWith(content))).toMatch(problem);
  });

  it('does not exist', async () => {
    expect(await readError(join(temporaryFolder(), 'missing'))).toMatch(/does not exist/);
  });

  it('is a link to a missing file', async () => {
    const path = join(temporaryFolder(), 'token');
    symlinkSync('missing', path);
    expect(await readError(path)).toMatch(/does not exist/);
  });

  it('is a directory', async () => {
    expect(await readError(temporaryFolder())).toMatch(/is a directory/);
  });

  it('has a file as its parent directory', async () => {
    expect(await readError(join(fileWith(TOKEN), 'token'))).toMatch(/ENOTDIR/);
  });

  it('is a symbolic link to itself', async () => {
    const path = join(temporaryFolder(), 'loop');
    symlinkSync(path, path);
    expect(await readError(path)).toMatch(/ELOOP/);
  });

  it('is a named pipe without a writer, which does not block', async () => {
    const path = join(temporaryFolder(), 'pipe');
    execFileSync('mkfifo', [path]);
    expect(await readError(path)).toMatch(/not a regular file/);
  });

  it('is not readable', async () => {
    const path = join(temporaryFolder(), 'token');
    writeFileSync(path, TOKEN, { mode: 0o000 });
    dropPrivileges();
    expect(await readError(path)).toMatch(/permission denied/);
  });

  it('is in a directory without search permission', async () => {
    const folder = join(temporaryFolder(), 'secrets');
    mkdirSync(folder, { mode: 0o000 });
    dropPrivileges();
    expect(await readError(join(folder, 'token'))).toMatch(/permission denied/);
  });
});

/** Becomes an unprivileged user until the end of the test. Tests often run as root, which ignores permissions. */
function dropPrivileges(): void {
  const user = process.geteuid?.();
  if (user !== 0) return;
  process.seteuid?.(65_534);
  onTestFinished(() => process.seteuid?.(user));
}

describe('a variable', () => {
  const source = (value: string) => ({ kind: 'variable', variable: 'FLEET_TOKEN', value }) as const;

  it('is read as the token without white space around it', async () => {
    await expect(readCredential(source(` ${TOKEN}\n`))).resolves.toBe(TOKEN);
  });

  it.each([
    ' ',
    `${TOKEN}\n${TOKEN}`,
    `${TOKEN}ü`,
    `"${TOKEN}"`,
    `TOKEN=${TOKEN}`,
    `{"token":"${TOKEN}"}`,
    // What a shell makes of a file in UTF-16.
    `\ufffd\ufffd${TOKEN}`,
  ])('that cannot be sent in a header is rejected with its name: %j', async (value) => {
    await expect(readCredential(source(value))).rejects.toThrow(CredentialError);
    await expect(readCredential(source(value))).rejects.toThrow(/FLEET_TOKEN(?!.*eyJ)/);
  });
});

describe('credentialExpiry', () => {
  const jwt = (payload: string): string => `eyJhbGciOiJub25lIn0.${Buffer.from(payload).toString('base64url')}.c2ln`;

  it.each([
    ['in whole seconds', '{"exp":1772355600}', 1_772_355_600_000],
    ['with a fraction, which RFC 7519 allows', '{"exp":1772355600.5}', 1_772_355_600_500],
    ['beside claims with non-ASCII letters', '{"sub":"Zoë ÿÿÿ~~~???","exp":1772355600}', 1_772_355_600_000],
    ['in the past', '{"exp":1000000000}', 1_000_000_000_000],
  ])('returns the exp of a JWT %s', (_what, payload, instant) => {
    expect(credentialExpiry(jwt(payload))).toBe(instant);
  });

  it.each([
    ['without exp', '{"iat":1772355600}'],
    ['with a string as exp', '{"exp":"1772355600"}'],
    ['with an exp of null', '{"exp":null}'],
    ['with an exp of zero', '{"exp":0}'],
    ['with a negative exp', '{"exp":-1772355600}'],
    ['with an exp outside the range of dates', '{"exp":1e300}'],
    ['whose claims are a list', '[1772355600]'],
    ['whose claims are null', 'null'],
    ['whose claims are a number', '1772355600'],
    ['whose claims are truncated', '{"exp":17723'],
    ['without claims', ''],
  ])('returns undefined for a JWT %s', (_what, payload) => {
    expect(credentialExpiry(jwt(payload))).toBeUndefined();
  });

  it.each([
    ['that is not a JWT', 'plain-token'],
    ['with two parts', jwt('{"exp":1772355600}').split('.').slice(0, 2).join('.')],
    ['of two dots', '..'],
    ['that is not base64', 'a.%%%.c'],
    ['that is empty', ''],
  ])('returns undefined for a credential %s', (_what, credential) => {
    expect(credentialExpiry(credential)).toBeUndefined();
  });
});

describe('withCredentialExpiry', () => {
  const EXPIRY = Date.UTC(2026, 2, 1, 9);
  const failure = failedOutcome('unauthenticated', 'HTTP 401');

  it.each([
    ['expires only at 2026-03-01T09:00:00Z', EXPIRY - 1],
    ['expired at 2026-03-01T09:00:00Z', EXPIRY],
    ['expired at 2026-03-01T09:00:00Z', EXPIRY + 1],
  ])('says that the credential %s', (hint, now) => {
    const detail = `HTTP 401; the credential ${hint}`;
    expect(withCredentialExpiry(failure, EXPIRY, now)).toEqual({
      ok: false,
      failure: { reason: 'unauthenticated', detail },
    });
  });

  it.each([
    ['a failed authentication with a credential of unknown expiry', failure, undefined],
    ['another failure', failedOutcome('forbidden', 'HTTP 403'), EXPIRY],
    ['a list', { ok: true, tokens: [] } as const, EXPIRY],
  ])('does not change %s', (_what, outcome, expiresAt) => {
    expect(withCredentialExpiry(outcome, expiresAt, EXPIRY)).toBe(outcome);
  });
});
