import type { Instant } from '../model/instant.ts';
import { failedOutcome } from '../model/report.ts';
import type { ClassifyStatus } from '../model/status.ts';
import { createClient, type FetchResult } from '../pointone/client.ts';
import type { Dispatcher } from '../pointone/connections.ts';
import { type CredentialSource, readCredential } from '../pointone/credential.ts';
import { graphqlErrors } from '../pointone/graphql-errors.ts';
import type { Clock } from '../runtime/clock.ts';
import { escapeInvisible } from '../runtime/display-text.ts';
import { isObject, parseJson } from '../runtime/json.ts';
import { analyzeCredential, type CredentialAnalysis } from './credential-analysis.ts';
import { hideEndpointPath } from './endpoint-text.ts';
import { ExchangeTrace } from './exchange-trace.ts';
import { analyzeList, type ListAnalysis } from './list-analysis.ts';
import { createMasking, type Masking } from './masking.ts';
import { requestSchema, type SchemaResult } from './schema-request.ts';
import { shownCodes } from './shown-codes.ts';
import { noCompleteResponse, withTimeout } from './time-limit.ts';

/** One account to diagnose, with the settings that every request of the exporter has. */
interface DiagnosedAccount {
  readonly endpoint: URL;
  readonly timeoutMs: number;
  readonly credential: CredentialSource;
}

export interface DiagnosisOptions {
  readonly account: DiagnosedAccount;
  /** The connections must be new, so that the diagnosis sees how they are established. */
  readonly dispatcher: Dispatcher;
  readonly maxResponseSize: number;
  readonly classifyStatus: ClassifyStatus;
  readonly userAgent: string;
  readonly clock: Clock;
  readonly showNames: boolean;
  /** The credentials of all accounts that can be read: none of them is shown. */
  readonly credentials: readonly string[];
}

/** Everything that one account's diagnosis found. */
export interface AccountDiagnosis {
  /** The time of the API, or that of this machine if the API sent none. */
  readonly at: Instant;
  readonly endpoint: URL;
  readonly proxy: string | undefined;
  readonly trace: ExchangeTrace;
  readonly result: FetchResult;
  /** In bytes. */
  readonly maxResponseSize: number;
  readonly masking: Masking;
  /** Where the credential comes from. Contains no path or name of a variable that may name the account. */
  readonly credentialLocation: string;
  /** Undefined if the credential cannot be read. */
  readonly credential: CredentialAnalysis | undefined;
  /** Undefined if the list was not read. */
  readonly list: ListAnalysis | undefined;
  /** The codes of the errors in the GraphQL response, masked. */
  readonly errorCodes: readonly string[];
  readonly schema: SchemaResult;
}

/** Reads the credential of an account. Returns undefined if that fails. */
export async function readSecret({ credential, timeoutMs }: DiagnosedAccount): Promise<string | undefined> {
  const { result } = await withTimeout(timeoutMs, () => readCredential(credential).catch(() => undefined));
  return result;
}

/**
 * Requests the token list as a scrape does, and the types of tokens, and analyzes both responses. Never rejects: a failure
 * is part of the diagnosis.
 */
export async function diagnoseAccount(options: DiagnosisOptions): Promise<AccountDiagnosis> {
  const { account, dispatcher, maxResponseSize, classifyStatus, clock, showNames } = options;
  const { endpoint, timeoutMs } = account;
  // The client reads the credential again, and reports why it cannot.
  const secret = await readSecret(account);
  const masking = createMasking([...options.credentials, secret ?? ''], { showNames });
  const trace = new ExchangeTrace(clock);
  const result = hideLocations(await fetchList(options, trace), account, showNames);
  const { outcome, clockSkewMs = 0 } = result;
  const at = clock.now() - clockSkewMs;
  const credential = secret === undefined ? undefined : analyzeCredential(secret, masking);
  const body = trace.bodyBytes === 0 ? undefined : parseJson(new TextDecoder().decode(trace.body()));
  const errors = graphqlErrors(body);
  const list = outcome.ok
    ? analyzeList(listItems(body), {
        classifyStatus,
        at,
        errors,
        masking,
        credential: { expiresAt: credential?.expiresAt, issuedAt: credential?.issuedAt },
      })
    : undefined;
  return {
    at,
    endpoint,
    proxy: dispatcher.proxy,
    trace,
    result,
    maxResponseSize,
    masking,
    credentialLocation: describeSource(account.credential, showNames),
    credential,
    list,
    errorCodes: shownCodes(errors, masking),
    schema: await requestSchema({ ...options, endpoint, timeoutMs, credential: secret, outcome, masking }),
  };
}

/** The variable of a single account. Its name says nothing about the account. */
const COMMON_VARIABLE = 'POINTONE_API_TOKEN';

/** Paths of token files, and variables of an accounts file, are often named after the account. */
function describeSource(source: CredentialSource, showNames: boolean): string {
  if (source.kind === 'file') return showNames ? `the token file ${escapeInvisible(source.path)}` : 'the token file';
  return showNames || source.variable === COMMON_VARIABLE ? `the variable ${source.variable}` : 'a variable';
}

/** Hides the location of the credential, and the path of the endpoint, in the failure's text. */
function hideLocations(
  result: FetchResult,
  { endpoint, credential: source }: DiagnosedAccount,
  showNames: boolean,
): FetchResult {
  const { outcome } = result;
  if (outcome.ok) return result;
  const { reason, detail } = outcome.failure;
  if (reason !== 'credential') {
    return { ...result, outcome: failedOutcome(reason, hideEndpointPath(detail, endpoint)) };
  }
  const [location, replacement] =
    source.kind === 'file' ? [source.path, '(path hidden)'] : [source.variable, '(name hidden)'];
  if (showNames || location === COMMON_VARIABLE) return result;
  return { ...result, outcome: failedOutcome(reason, detail.replaceAll(location, replacement)) };
}

async function fetchList({ account, clock, ...access }: DiagnosisOptions, trace: ExchangeTrace): Promise<FetchResult> {
  const { endpoint, credential, timeoutMs } = account;
  const client = createClient({ ...access, endpoint, credential, clock, observer: trace });
  const { result, timedOut } = await withTimeout(timeoutMs, (signal) => client.fetchTokens(signal));
  if (result !== undefined && !(timedOut && !result.outcome.ok)) return result;
  const outcome = failedOutcome('timeout', noCompleteResponse(timeoutMs));
  return { outcome, pauseMs: result?.pauseMs ?? 0, clockSkewMs: undefined, credentialExpiresAt: undefined };
}

function listItems(body: unknown): readonly unknown[] {
  const data = isObject(body) ? body['data'] : undefined;
  const items = isObject(data) ? data['viewPersonalAccessTokens'] : undefined;
  return Array.isArray(items) ? items : [];
}
