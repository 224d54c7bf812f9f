import type { IncomingHttpHeaders } from 'node:http';
import type { AccountDiagnosis } from '../../../src/diagnose/account-diagnosis.ts';
import { analyzeCredential, credentialFindings } from '../../../src/diagnose/credential-analysis.ts';
import { ExchangeTrace, type TlsDetails } from '../../../src/diagnose/exchange-trace.ts';
import type { Finding } from '../../../src/diagnose/findings.ts';
import { analyzeList } from '../../../src/diagnose/list-analysis.ts';
import { listFindings } from '../../../src/diagnose/list-findings.ts';
import { createMasking } from '../../../src/diagnose/masking.ts';
import { ownTokenFindings } from '../../../src/diagnose/own-token-findings.ts';
import { analyzeSchema } from '../../../src/diagnose/schema.ts';
import { schemaFindings } from '../../../src/diagnose/schema-findings.ts';
import { type StatusSettings, statusFindings } from '../../../src/diagnose/status-findings.ts';
import { type UnknownStatus, unknownStatuses } from '../../../src/diagnose/status-suggestion.ts';
import { formatCredential, formatFindings, formatList, formatSchema } from '../../../src/diagnose/text-output.ts';
import type { Outcome } from '../../../src/model/report.ts';
import { createStatusClassifier } from '../../../src/model/status.ts';
import { systemClock } from '../../../src/runtime/clock.ts';

export const AT = Date.UTC(2026, 10, 29, 12);

/** The settings as the configuration names them, with one word that is already configured. */
export const STATUS_SETTINGS: StatusSettings = {
  ACTIVE: { flag: 'api.status.active', variable: 'POINTONE_API_STATUS_ACTIVE', configured: [] },
  EXPIRED: { flag: 'api.status.expired', variable: 'POINTONE_API_STATUS_EXPIRED', configured: [] },
  REVOKED: { flag: 'api.status.revoked', variable: 'POINTONE_API_STATUS_REVOKED', configured: ['OLD'] },
};

export const classifyStatus = createStatusClassifier({ ACTIVE: [], EXPIRED: [], REVOKED: ['OLD'] });

/** Returns an unsigned JWT with these claims. */
export function jwt(claims: unknown): string {
  return `eyJhbGciOiJub25lIn0.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2lnbmF0dXJlLW9mLXRlc3Q`;
}

/** Everything that `diagnose` says about one account, apart from the exchange with the API. */
export interface Diagnosis {
  readonly findings: readonly Finding[];
  readonly lines: readonly string[];
}

/** Runs all analyses and formats their results, as the command does. */
export function diagnose({
  items,
  schema: data,
  credential,
  showNames = false,
}: {
  readonly items: readonly unknown[];
  readonly schema?: unknown;
  readonly credential: string;
  readonly showNames?: boolean;
}): Diagnosis {
  const masking = createMasking([credential], { showNames });
  const own = analyzeCredential(credential, masking);
  const list = analyzeList(items, { classifyStatus, at: AT, errors: [], masking, credential: own });
  const schema = analyzeSchema(data, { classifyStatus, masking });
  const findings = [
    ...listFindings(list),
    ...ownTokenFindings(list, STATUS_SETTINGS),
    ...statusFindings(unknownStatuses(list, schema), STATUS_SETTINGS, { isClockWrong: false }),
    ...(schema === undefined ? [] : schemaFindings(schema)),
    ...credentialFindings(own, list.own, AT),
  ];
  return {
    findings,
    lines: [
      ...formatList(list, masking),
      '',
      ...(schema === undefined ? [] : [...formatSchema(schema, masking), '']),
      ...formatCredential(own, AT, masking),
      '',
      ...formatFindings(findings, masking),
    ],
  };
}

const nonNull = (name: string) => ({ kind: 'NON_NULL', name: null, ofType: { kind: 'SCALAR', name, ofType: null } });
const nullable = (name: string) => ({ kind: 'SCALAR', name, ofType: null });
const field = (name: string, type: unknown) => ({ name, isDeprecated: false, type, args: [] });

/** The response to the introspection query as the exporter assumes it. */
export const ASSUMED_SCHEMA = {
  token: {
    kind: 'OBJECT',
    fields: [
      field('name', nonNull('String')),
      field('description', nullable('String')),
      field('role', nonNull('TokenRole')),
      field('status', nonNull('TokenStatus')),
      field('createdAt', nonNull('DateTime')),
      field('expiresAt', nonNull('DateTime')),
    ],
  },
  status: { kind: 'ENUM', enumValues: [{ name: 'ACTIVE' }, { name: 'EXPIRED' }, { name: 'REVOKED' }] },
  role: { kind: 'ENUM', enumValues: [{ name: 'ROLE_READ_ONLY' }, { name: 'ROLE_READ_WRITE' }] },
  query: {
    kind: 'OBJECT',
    fields: [
      field('devices', nullable('Devices')),
      field('viewPersonalAccessTokens', {
        kind: 'LIST',
        name: null,
        ofType: { kind: 'NON_NULL', name: null, ofType: { kind: 'OBJECT', name: 'PersonalAccessToken' } },
      }),
    ],
  },
};

/** Returns the assumed schema with other fields of the token, values of the status, or the whole query. */
export function schemaWith({
  fields = {},
  statuses,
  args = [],
}: {
  /** The types of fields; undefined removes a field. */
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly statuses?: readonly string[];
  readonly args?: readonly (readonly [name: string, type: unknown])[];
}): unknown {
  const types = new Map<string, unknown>(ASSUMED_SCHEMA.token.fields.map(({ name, type }) => [name, type]));
  for (const [name, type] of Object.entries(fields)) types.set(name, type);
  const [devices, tokens] = ASSUMED_SCHEMA.query.fields;
  return {
    ...ASSUMED_SCHEMA,
    token: { kind: 'OBJECT', fields: [...types].filter(([, type]) => type !== undefined).map(([n, t]) => field(n, t)) },
    ...(statuses === undefined ? {} : { status: { kind: 'ENUM', enumValues: statuses.map((name) => ({ name })) } }),
    query: { kind: 'OBJECT', fields: [devices, { ...tokens, args: args.map(([name, type]) => ({ name, type })) }] },
  };
}

export { nonNull, nullable };

/** Returns a token as the API lists it, with the given differences. */
export function listed(differences: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    name: 'caster-north',
    description: 'Mountpoint of the northern yard',
    role: 'ROLE_READ_ONLY',
    status: 'ACTIVE',
    createdAt: '2026-03-01T09:00:00.000Z',
    expiresAt: '2027-03-01T09:00:00.000Z',
    ...differences,
  };
}

/** Returns a status of no class with three tokens, none of them past expiry. */
export function unknownStatus(shown: string, differences: Partial<UnknownStatus> = {}): UnknownStatus {
  const examples = ['#1', '#2', '#3'];
  return { shown, isWord: true, count: 3, withExpiry: 3, pastExpiry: 0, examples, isOwn: false, ...differences };
}

/** The credential of `simulatedDiagnosis`, with the times of `listed()`. */
export const OWN_CREDENTIAL = jwt({
  sub: 'user-4711',
  iat: Date.UTC(2026, 2, 1, 9) / 1000,
  exp: Date.UTC(2027, 2, 1, 9) / 1000,
});

export type TraceState = Partial<
  Pick<
    ExchangeTrace,
    'addresses' | 'failedAttempts' | 'peer' | 'hasSocket' | 'isSecured' | 'status' | 'headers' | 'bodyBytes' | 'tls'
  >
>;

/** Returns a trace in a given state, without an exchange. */
export function simulatedTrace(state: TraceState = {}): ExchangeTrace {
  return Object.assign(new ExchangeTrace(systemClock), state);
}

/** Returns the diagnosis of an account whose list has the exporter's own token, with the given differences. */
export function simulatedDiagnosis({
  items = [listed()],
  outcome = { ok: true, tokens: [] },
  clockSkewMs = 0,
  errorCodes = [],
  headers = {},
  schema,
  proxy,
  tls,
}: {
  readonly items?: readonly unknown[];
  readonly outcome?: Outcome;
  readonly clockSkewMs?: number;
  readonly errorCodes?: readonly string[];
  readonly headers?: IncomingHttpHeaders;
  readonly schema?: AccountDiagnosis['schema'];
  readonly proxy?: string;
  readonly tls?: TlsDetails;
} = {}): AccountDiagnosis {
  const masking = createMasking([OWN_CREDENTIAL], { showNames: false });
  const credential = analyzeCredential(OWN_CREDENTIAL, masking);
  const analysis = analyzeSchema(ASSUMED_SCHEMA, { classifyStatus, masking });
  if (analysis === undefined) throw new Error('the schema cannot be analyzed');
  return {
    at: AT,
    endpoint: new URL('https://api.pointone.invalid/graphql'),
    proxy,
    trace: simulatedTrace({ hasSocket: true, peer: '192.0.2.1:443', isSecured: true, status: 200, headers, tls }),
    result: { outcome, pauseMs: 0, clockSkewMs, credentialExpiresAt: credential.expiresAt },
    maxResponseSize: 8 * 1024 ** 2,
    masking,
    credentialLocation: 'a variable',
    credential,
    list: outcome.ok ? analyzeList(items, { classifyStatus, at: AT, errors: [], masking, credential }) : undefined,
    errorCodes,
    schema: schema ?? { state: 'read', analysis },
  };
}
