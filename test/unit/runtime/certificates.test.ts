import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { findCertificateProblem } from '../../../src/runtime/certificates.ts';

const PEM = readFileSync(new URL('../../fixtures/tls/authority.pem', import.meta.url), 'latin1');
const OTHER = readFileSync(new URL('../../fixtures/tls/client-authority.pem', import.meta.url), 'latin1');

it.each([
  ['one certificate', PEM],
  ['two certificates', PEM + OTHER],
  ['comments around the certificates', `# one\n${PEM}\n# another\n${OTHER}# end\n`],
  ['CRLF line ends', PEM.replaceAll('\n', '\r\n')],
  ['a byte order mark', `\xef\xbb\xbf${PEM}`],
  ['the old name of a certificate', PEM.replaceAll(' CERTIFICATE', ' X509 CERTIFICATE')],
  ['no line end', PEM.trimEnd()],
])('a file with %s has no problem', (_what, content) => {
  expect(findCertificateProblem(Buffer.from(content, 'latin1'))).toBeUndefined();
});

it.each([
  ['is empty', '', 'contains no certificate in PEM format'],
  ['is text', 'hello\n', 'contains no certificate in PEM format'],
  ['is DER', new X509Certificate(PEM).raw.toString('latin1'), 'contains no certificate in PEM format'],
  ['is indented, which OpenSSL does not read', PEM.replaceAll(/^/gm, '  '), 'contains no certificate in PEM format'],
  ['is a key', PEM.replaceAll('CERTIFICATE', 'PRIVATE KEY'), 'contains no certificate in PEM format'],
  [
    'has an invalid certificate after a valid one',
    `${PEM}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`,
    'contains an invalid certificate (number 2 in the file)',
  ],
  ['is truncated', PEM.slice(0, -60), 'contains an invalid certificate (number 1 in the file)'],
  ['is truncated before another', PEM.slice(0, -60) + OTHER, 'contains an invalid certificate (number 1 in the file)'],
])('a file that %s has a problem', (_what, content, problem) => {
  expect(findCertificateProblem(Buffer.from(content, 'latin1'))).toBe(problem);
});
