import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';

/** What is wrong with a certificate or key, to be read after its path. Says nothing of what is in them. */
export type Defect = { readonly of: 'cert_file' | 'key_file'; readonly what: string };

/** As PEM. */
interface Pair {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** Tries a certificate and its key as the server will use them. */
export function defectOfPair({ cert, key }: Pair): Defect | undefined {
  const what = defectOfCertificates(cert);
  if (what !== undefined) return { of: 'cert_file', what };
  const read = readKey(key);
  if ('what' in read) return { of: 'key_file', what: read.what };
  if (!new X509Certificate(cert).checkPrivateKey(read.key)) {
    return { of: 'key_file', what: 'does not belong to the certificate in cert_file' };
  }
  try {
    createSecureContext({ cert, key });
    return undefined;
  } catch (error) {
    // Such as a key that is too short to be safe.
    return { of: 'cert_file', what: `cannot be used with its key (${(error as NodeJS.ErrnoException).code})` };
  }
}

/** What is wrong with a file that has to hold one certificate or more, as PEM. */
export function defectOfCertificates(pem: Buffer): string | undefined {
  const blocks = pem.toString('latin1').match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) return 'holds no certificate in PEM format';
  const unreadable = blocks.findIndex((block) => !isCertificate(block));
  return unreadable < 0 ? undefined : `cannot be read as PEM: certificate ${unreadable + 1} is damaged`;
}

function isCertificate(pem: string): boolean {
  try {
    new X509Certificate(pem);
    return true;
  } catch {
    return false;
  }
}

/** The library's messages are not used: they may quote what they were given. */
function readKey(pem: Buffer): { key: KeyObject } | { what: string } {
  if (pem.includes('ENCRYPTED')) return { what: 'is encrypted; a key without a passphrase is expected' };
  try {
    return { key: createPrivateKey(pem) };
  } catch {
    return { what: 'holds no private key in PEM format' };
  }
}
