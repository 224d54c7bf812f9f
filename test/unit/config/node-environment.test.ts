import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findNodeEnvironmentProblems } from '../../../src/config/node-environment.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const CA_FILE = fileURLToPath(new URL('../../fixtures/tls/authority.pem', import.meta.url));
const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE3NzIzNTU2MDB9.c2lnbmF0dXJl';

describe('NODE_EXTRA_CA_CERTS', () => {
  it.each([undefined, '', CA_FILE])('can be %s', async (value) => {
    expect(await findNodeEnvironmentProblems({ NODE_EXTRA_CA_CERTS: value })).toEqual([]);
  });

  it('must name a file that exists', async () => {
    const file = join(temporaryFolder(), 'ca.pem');
    expect(await findNodeEnvironmentProblems({ NODE_EXTRA_CA_CERTS: file })).toEqual([
      { location: 'NODE_EXTRA_CA_CERTS', message: `${file} does not exist` },
    ]);
  });

  it('must name a file with a certificate', async () => {
    const file = join(temporaryFolder(), 'ca.pem');
    writeFileSync(file, 'hello\n');
    expect(await findNodeEnvironmentProblems({ NODE_EXTRA_CA_CERTS: file })).toEqual([
      { location: 'NODE_EXTRA_CA_CERTS', message: `${file} contains no certificate in PEM format` },
    ]);
  });

  it('is used by Node with the white space around it', async () => {
    const value = ` ${CA_FILE}`;
    expect(await findNodeEnvironmentProblems({ NODE_EXTRA_CA_CERTS: value })).toEqual([
      { location: 'NODE_EXTRA_CA_CERTS', message: `${value} does not exist` },
    ]);
  });

  it.each([TOKEN, '-----BEGIN PRIVATE KEY-----\nsecret\n'])('is not quoted if it is not a path: %j', async (value) => {
    const problems = await findNodeEnvironmentProblems({ NODE_EXTRA_CA_CERTS: value });
    expect(problems).toHaveLength(1);
    expect(JSON.stringify(problems)).not.toContain(value.slice(0, 20));
  });
});

describe('NODE_TLS_REJECT_UNAUTHORIZED', () => {
  it.each(['', '1', 'false'])('can be %j, which Node ignores', async (value) => {
    expect(await findNodeEnvironmentProblems({ NODE_TLS_REJECT_UNAUTHORIZED: value })).toEqual([]);
  });

  it('must not be 0', async () => {
    const problems = await findNodeEnvironmentProblems({ NODE_TLS_REJECT_UNAUTHORIZED: '0' });
    expect(problems.map(({ location }) => location)).toEqual(['NODE_TLS_REJECT_UNAUTHORIZED']);
    expect(problems[0]?.message).toContain('NODE_EXTRA_CA_CERTS');
  });
});

it('NODE_DEBUG must not be set, because it prints the headers of requests', async () => {
  expect(await findNodeEnvironmentProblems({ NODE_DEBUG: '' })).toEqual([]);
  const problems = await findNodeEnvironmentProblems({ NODE_DEBUG: 'net' });
  expect(problems.map(({ location }) => location)).toEqual(['NODE_DEBUG']);
});
