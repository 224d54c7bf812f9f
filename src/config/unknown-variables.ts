import { looksLikeToken } from './parsers.ts';
import type { Problem } from './problem.ts';
import { type Environment, environmentValue } from './resolve.ts';
import { SETTINGS, type Setting, TOKEN_VARIABLE } from './settings.ts';
import { suggestVariable } from './suggestions.ts';

const KNOWN = new Set([TOKEN_VARIABLE, ...Object.values<Setting<unknown>>(SETTINGS).map(({ variable }) => variable)]);

/** The variables that name the credential. */
const CREDENTIAL_VARIABLES: ReadonlySet<string | undefined> = new Set<string>([
  TOKEN_VARIABLE,
  SETTINGS.apiTokenFile.variable,
  SETTINGS.configFile.variable,
]);

/**
 * Finds variables that begin with POINTONE_ and are not settings. They are probably misspelled settings, whose default
 * would otherwise apply silently.
 *
 * @param tokenVariables the variables that the accounts file names; undefined if the file cannot be parsed
 */
export function findUnknownVariables(
  environment: Environment,
  tokenVariables: ReadonlySet<string> | undefined,
): Problem[] {
  return (
    unknownVariables(environment)
      .filter(({ name }) => !tokenVariables?.has(name))
      // Without the accounts file, any other variable may contain the token of an account.
      .filter(({ suggestion }) => suggestion !== undefined || tokenVariables !== undefined)
      .map(({ name, suggestion }) => ({
        location: /^\w{1,80}$/.test(name) && !looksLikeToken(name) ? name : 'a variable that begins with POINTONE_',
        message:
          suggestion === undefined
            ? 'unknown variable; unset it, or name it in token_env of the accounts file (--help lists all variables)'
            : `unknown variable; did you mean ${suggestion}?`,
      }))
  );
}

/** Reports whether an unknown variable probably is the credential, or names its file or the file with the accounts. */
export function mayMisspellCredential(environment: Environment): boolean {
  return unknownVariables(environment).some(({ suggestion }) => CREDENTIAL_VARIABLES.has(suggestion));
}

function unknownVariables(environment: Environment): { name: string; suggestion: string | undefined }[] {
  return Object.keys(environment)
    .filter((name) => /^POINTONE_/i.test(name) && environmentValue(environment, name) !== '')
    .filter((name) => !KNOWN.has(name) && !isServiceLink(name, environment[name] ?? ''))
    .map((name) => ({ name, suggestion: suggestVariable(name) }));
}

/**
 * Reports whether Kubernetes has set the variable for a Service whose name begins with `pointone`, such as this exporter
 * (https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables).
 */
function isServiceLink(name: string, value: string): boolean {
  if (/_SERVICE_(?:HOST|PORT(?:_[A-Z0-9_]+)?)$/.test(name)) return true;
  if (/_PORT_\d+_(?:TCP|UDP|SCTP)_(?:PROTO|PORT|ADDR)$/.test(name)) return true;
  // POINTONE_PORT with a number is a mistake.
  return /_PORT(?:_\d+_(?:TCP|UDP|SCTP))?$/.test(name) && /^(?:tcp|udp|sctp):\/\//.test(value);
}
