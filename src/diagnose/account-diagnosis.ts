import type { Instant } from '../model/instant.ts';
import { failedOutcome } from '../model/report.ts';
import type { ClassifyStatus } from '../model/status.ts';
import { sendApiRequest } from '../pointone/api-request.ts';
import { createClient, type FetchResult } from '../pointone/client.ts';
import type { Dispatcher } from '../pointone/connections.ts';
import { type CredentialSource, readCredential } from '../pointone/credential.ts';
import type { Clock } from '../runtime/clock.ts';
import { escapeInvisible } from '../runtime/display-text.ts';
import { isObject, parseJson } from '../runtime/json.ts';
import { analyzeCredential, type CredentialAnalysis } from './credential-analysis.ts';
import { ExchangeTrace } from './exchange-trace.ts';
import { INTROSPECTION_QUERY } from './introspection.ts';
import { analyzeList, type ListAnalysis } from './list-analysis.ts';
import { createMasking, type Masking } from './masking.ts';
import { analyzeSchema, type SchemaAnalysis } from './schema.ts';

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
}

/** The result of the introspection query, or why there is none. */
type SchemaResult =
  | { readonly state: 'read'; readonly analysis: SchemaAnalysis }
  /** The API refuses introspection, as many production servers do. */
  | { readonly state: 'closed'; readonly text: string }
  | { readonly state: 'unread'; readonly text: string };

/** Everything that one account's diagnosis found. */
export interface AccountDiagnosis {
  readonly at: Instant;
  readonly endpoint: URL;
  readonly proxy: string | undefined;
  readonly trace: ExchangeTrace;
  readonly result: FetchResult;
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

/**
 * Requests the token list as a scrape does, and the types of tokens, and analyzes both responses. Never rejects: a failure
 * is part of the diagnosis.
 */
export async function diagnoseAccount(options: DiagnosisOptions): Promise<AccountDiagnosis> {
  const { account, dispatcher, classifyStatus, clock, showNames } = options;
  const { endpoint, timeoutMs } = account;
  // The client reads the credential again, and reports why it cannot.
  const { result: secret } = await withTimeout(timeoutMs, () =>
    readCredential(account.credential).catch(() => undefined),
  );
  const masking = createMasking(secret ?? '', { showNames });
  const trace = new ExchangeTrace(clock);
  const result = hideLocation(await fetchList(options, trace), account.credential, showNames);
  const at = clock.now();
  const credential = secret === undefined ? undefined : analyzeCredential(secret, masking);
  const body = trace.bodyBytes === 0 ? undefined : parseJson(new TextDecoder().decode(trace.body()));
  const list = result.outcome.ok
    ? analyzeList(listItems(body), {
        classifyStatus,
        at,
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
    masking,
    credentialLocation: describeSource(account.credential, showNames),
    credential,
    list,
    errorCodes: errorCodes(body).map((code) => masking.word(code)),
    schema: await readSchema(options, secret, result, masking),
  };
}

/** The variable of a single account. Its name says nothing about the account. */
const COMMON_VARIABLE = 'POINTONE_API_TOKEN';

/** Paths of token files, and variables of an accounts file, are often named after the account. */
function describeSource(source: CredentialSource, showNames: boolean): string {
  if (source.kind === 'file') return showNames ? `the token file ${escapeInvisible(source.path)}` : 'the token file';
  return showNames || source.variable === COMMON_VARIABLE ? `the variable ${source.variable}` : 'a variable';
}

/** Hides the location of the credential in the failure's text. */
function hideLocation(result: FetchResult, source: CredentialSource, showNames: boolean): FetchResult {
  const { outcome } = result;
  if (outcome.ok || outcome.failure.reason !== 'credential' || showNames) return result;
  const [location, replacement] =
    source.kind === 'file' ? [source.path, '(path hidden)'] : [source.variable, '(name hidden)'];
  if (location === COMMON_VARIABLE) return result;
  const detail = outcome.failure.detail.replaceAll(location, replacement);
  return { ...result, outcome: failedOutcome('credential', detail) };
}

async function fetchList({ account, clock, ...access }: DiagnosisOptions, trace: ExchangeTrace): Promise<FetchResult> {
  const { endpoint, credential, timeoutMs } = account;
  const client = createClient({ ...access, endpoint, credential, clock, observer: trace });
  const { result, timedOut } = await withTimeout(timeoutMs, (signal) => client.fetchTokens(signal));
  if (result !== undefined && !(timedOut && !result.outcome.ok)) return result;
  const outcome = failedOutcome('timeout', noCompleteResponse(timeoutMs));
  return { outcome, pauseMs: result?.pauseMs ?? 0, clockSkewMs: undefined, credentialExpiresAt: undefined };
}

function noCompleteResponse(timeoutMs: number): string {
  return `no complete response within ${timeoutMs / 1000} s`;
}

/**
 * Runs an operation with a signal that aborts after a timeout. The result is undefined if the operation ignores the
 * signal, such as a read of a token file from a file system that hangs.
 */
async function withTimeout<Result>(
  timeoutMs: number,
  operation: (signal: AbortSignal) => Promise<Result>,
): Promise<{ readonly result: Result | undefined; readonly timedOut: boolean }> {
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => {
      abort.abort();
      // An operation that respects the signal ends first.
      setImmediate(() => resolve(undefined));
    }, timeoutMs);
  });
  try {
    const result = await Promise.race([operation(abort.signal), timeout]);
    return { result, timedOut: abort.signal.aborted };
  } finally {
    clearTimeout(timer);
  }
}

/** Requests the types, unless the list shows that the API would not respond. */
async function readSchema(
  { account, clock, ...access }: DiagnosisOptions,
  secret: string | undefined,
  { outcome, pauseMs }: FetchResult,
  masking: Masking,
): Promise<SchemaResult> {
  const isWorthwhile =
    outcome.ok || outcome.failure.reason === 'graphql' || outcome.failure.reason === 'invalid_response';
  if (secret === undefined || !isWorthwhile || pauseMs > 0) {
    return { state: 'unread', text: 'not requested, because the API did not return the list' };
  }
  const { endpoint, timeoutMs } = account;
  try {
    const { result: response } = await withTimeout(timeoutMs, (signal) =>
      sendApiRequest({ ...access, endpoint, clock, query: INTROSPECTION_QUERY, credential: secret, signal }),
    );
    if (response === undefined) return { state: 'unread', text: noCompleteResponse(timeoutMs) };
    const { status, json } = response;
    const data = isObject(json) ? json['data'] : undefined;
    const analysis = analyzeSchema(data, { classifyStatus: access.classifyStatus, masking });
    if (analysis !== undefined) return { state: 'read', analysis };
    if (response.pauseMs > 0 || status === 429) {
      return {
        state: 'unread',
        text: `HTTP ${status}: the API limits requests, and this was the second one within a second`,
      };
    }
    const codes = [...new Set(errorCodes(json).map((code) => masking.word(code)))];
    if (codes.length > 0) return { state: 'closed', text: `HTTP ${status} with ${codes.join(', ')}` };
    return { state: 'unread', text: `HTTP ${status} without GraphQL data` };
  } catch {
    return { state: 'unread', text: 'the request failed' };
  }
}

function listItems(body: unknown): readonly unknown[] {
  const data = isObject(body) ? body['data'] : undefined;
  const items = isObject(data) ? data['viewPersonalAccessTokens'] : undefined;
  return Array.isArray(items) ? items : [];
}

/** Returns the code of each error of a GraphQL response; `no code` for an error without one. */
function errorCodes(body: unknown): string[] {
  const errors = isObject(body) ? body['errors'] : undefined;
  if (!Array.isArray(errors)) return [];
  return errors.map((error: unknown) => {
    const extensions = isObject(error) ? error['extensions'] : undefined;
    const code = isObject(extensions) ? extensions['code'] : undefined;
    return typeof code === 'string' ? code : 'NO_CODE';
  });
}
