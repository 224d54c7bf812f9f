import { toSeconds } from '../model/instant.ts';
import { FAILURE_REASONS, type Report } from '../model/report.ts';
import { CHECKED_FIELDS, countUnreadable, isExpectedTokenPresent, type Token } from '../model/token.ts';
import type { Family } from './family.ts';

/** The labels that identify an account. */
export const ACCOUNT_LABELS = ['account'] as const;

/** The report of an account, with the tokens to export. */
export interface AccountRow {
  readonly report: Report;
  readonly exportedTokens: readonly Token[];
}

/** The metric families of each account. Those that depend on the token list are absent if the fetch failed. */
export const ACCOUNT_FAMILIES: readonly Family<AccountRow>[] = [
  {
    name: 'pointone_up',
    type: 'gauge',
    help: 'Whether the last fetch of the token list succeeded (1) or failed (0).',
    labels: [],
    collect: ({ report }, _at, emit) => emit(report.outcome.ok ? 1 : 0),
  },
  {
    name: 'pointone_scrape_duration_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'Duration of the fetch in seconds.',
    labels: [],
    collect: ({ report }, _at, emit) => emit(toSeconds(report.durationMs)),
  },
  {
    name: 'pointone_scrape_errors_total',
    type: 'counter',
    help: 'Total number of failed fetches by reason.',
    labels: ['reason'],
    collect: ({ report }, _at, emit) => {
      for (const reason of FAILURE_REASONS) emit(report.errors[reason], reason);
    },
  },
  {
    name: 'pointone_failure_reason',
    type: 'gauge',
    help: 'Whether the last fetch failed for this reason (1) or not (0).',
    labels: ['reason'],
    collect: ({ report: { outcome } }, _at, emit) => {
      const current = outcome.ok ? undefined : outcome.failure.reason;
      for (const reason of FAILURE_REASONS) emit(reason === current ? 1 : 0, reason);
    },
  },
  {
    name: 'pointone_last_success_timestamp_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'Unix timestamp of the last successful fetch. Absent before the first success.',
    labels: [],
    collect: ({ report }, _at, emit) => {
      if (report.lastSuccessAt !== undefined) emit(report.lastSuccessAt / 1000);
    },
  },
  {
    name: 'pointone_clock_skew_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'Local time minus the Date header of the API response, in seconds. Absent without that header.',
    labels: [],
    collect: ({ report }, _at, emit) => {
      if (report.clockSkewMs !== undefined) emit(toSeconds(report.clockSkewMs));
    },
  },
  {
    name: 'pointone_credential_expiry_timestamp_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: "Unix timestamp of the expiry of the exporter's credential. Absent unless it is a JWT with an exp claim.",
    labels: [],
    collect: ({ report }, _at, emit) => {
      if (report.credentialExpiresAt !== undefined) emit(report.credentialExpiresAt / 1000);
    },
  },
  {
    name: 'pointone_tokens',
    type: 'gauge',
    help: 'Number of tokens in the list.',
    labels: [],
    collect: ({ report }, _at, emit) => {
      if (report.outcome.ok) emit(report.outcome.tokens.length);
    },
  },
  {
    name: 'pointone_duplicate_tokens',
    type: 'gauge',
    help: 'Number of tokens not exported because another token has the same account, name, role and created_at.',
    labels: [],
    collect: ({ report, exportedTokens }, _at, emit) => {
      if (report.outcome.ok) emit(report.outcome.tokens.length - exportedTokens.length);
    },
  },
  {
    name: 'pointone_unreadable_fields',
    type: 'gauge',
    help: 'Number of tokens whose field is missing or unreadable. A null expiresAt is not counted.',
    labels: ['field'],
    collect: ({ report }, _at, emit) => {
      if (!report.outcome.ok) return;
      const { tokens } = report.outcome;
      for (const field of CHECKED_FIELDS) emit(countUnreadable(tokens, field), field);
    },
  },
  {
    name: 'pointone_expected_token_present',
    type: 'gauge',
    help: 'Whether an expected token of the configuration is listed and usable (1) or not (0).',
    labels: ['name', 'role'],
    collect: ({ report }, at, emit) => {
      if (!report.outcome.ok) return;
      for (const expected of report.expected) {
        emit(isExpectedTokenPresent(expected, report.outcome.tokens, at) ? 1 : 0, expected.name, expected.role ?? '');
      }
    },
  },
];
