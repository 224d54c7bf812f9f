import { X509Certificate } from 'node:crypto';

/** Matches the position before each certificate, where OpenSSL finds it: only at the start of a line. */
const CERTIFICATE_START = /^(?:\xef\xbb\xbf)?(?=-----BEGIN (?:X509 )?CERTIFICATE-----)/m;

/**
 * Checks that a file consists of certificates in PEM format, and returns what is wrong with it, to print after its path.
 * Messages of OpenSSL are not used, because they may quote the content.
 */
export function findCertificateProblem(pem: Buffer): string | undefined {
  const blocks = pem
    .toString('latin1')
    .split(CERTIFICATE_START)
    .filter((block) => /^-----BEGIN (?:X509 )?CERTIFICATE-----/.test(block));
  if (blocks.length === 0) return 'contains no certificate in PEM format';
  const invalid = blocks.findIndex((block) => !isCertificate(block));
  return invalid < 0 ? undefined : `contains an invalid certificate (number ${invalid + 1} in the file)`;
}

function isCertificate(pem: string): boolean {
  try {
    new X509Certificate(pem);
    return true;
  } catch {
    return false;
  }
}
