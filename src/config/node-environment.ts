import { findCertificateProblem } from '../runtime/certificates.ts';
import { FileError, readRegularFile } from '../runtime/file-reader.ts';
import { looksLikeToken } from './parsers.ts';
import type { Problem } from './problem.ts';
import type { Environment } from './resolve.ts';

/** The bundles of operating systems have about 250 KB. */
const MAX_FILE_BYTES = 16 * 1024 * 1024;

/**
 * Finds problems with the environment variables that Node reads itself. Node ignores an unusable file of certificates, or
 * prints a warning and continues, and the other two variables break what the exporter promises about the credential.
 */
export async function findNodeEnvironmentProblems(environment: Environment): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  const add = (location: string, message: string | undefined): void => {
    if (message !== undefined) problems.push({ location, message });
  };
  add(CA_VARIABLE, await caFileProblem(environment[CA_VARIABLE] ?? ''));
  // Node compares with this string only.
  if (environment['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') {
    add(
      'NODE_TLS_REJECT_UNAUTHORIZED',
      `0 would send the token to servers with any certificate; unset it, and trust a private authority with ${CA_VARIABLE}`,
    );
  }
  if (environment['NODE_DEBUG']) {
    add('NODE_DEBUG', 'would print requests with the token to standard error; unset it (see --log.level)');
  }
  return problems;
}

const CA_VARIABLE = 'NODE_EXTRA_CA_CERTS';

/** Node uses the path as it is, including white space. */
async function caFileProblem(path: string): Promise<string | undefined> {
  if (path === '') return undefined;
  if (/-----BEGIN|[\r\n]/.test(path) || looksLikeToken(path)) {
    return 'is not a path; expected the path of a file with certificates in PEM format';
  }
  try {
    const problem = findCertificateProblem(await readRegularFile(path, MAX_FILE_BYTES));
    return problem && `${path} ${problem}`;
  } catch (error) {
    if (error instanceof FileError) return `${path} ${error.message}`;
    throw error;
  }
}
