import { toSeconds } from '../model/instant.ts';
import { FAILURE_REASONS, type Report } from '../model/report.ts';
import { CHECKED_FIELDS, countUnreadable, isExpectedTokenPresent, type Token } from '../model/token.ts';
import type { Family } from './family.ts';

/** The labels that name an account. */
export const ACCOUNT_LABELS = ['account'] as const;

/** An account as a scrape found it, with its tokens as they can be told apart in metrics. */
export interface AccountRow {
  readonly report: Report;
  readonly shown: readonly Token[];
}

/** What is said of each account. What depends on its list is absent while the list could not be read. */
export const ACCOUNT_FAMILIES: readonly Family<AccountRow>[] = [
  {
    name: 'pointone_up',
    type: 'gauge',
    help: 'Whether the last fetch gave the list of tokens (1) or failed (0).',
    labels: [],
    collect: ({ report }, _at, emit) => emit(report.outcome.ok ? 1 : 0),
  },
  {
    name: 'pointone_scrape_duration_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'How long the fetch took, in seconds.',
    labels: [],
    collect: ({ report }, _at, emit) => emit(toSeconds(report.durationMs)),
  },
  {
    name: 'pointone_scrape_errors_total',
    type: 'counter',
    help: 'Failed fetches, each under the one reason it failed for.',
    labels: ['reason'],
    collect: ({ report }, _at, emit) => {
      for (const reason of FAILURE_REASONS) emit(report.errors[reason], reason);
    },
  },
  {
    name: 'pointone_failure_reason',
    type: 'gauge',
    help: 'Why the account cannot be read now: 1 for one reason, 0 for the others. All are 0 while it can be read.',
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
    help: 'When the list was last read, in Unix seconds. Absent before the first success.',
    labels: [],
    collect: ({ report }, _at, emit) => {
      if (report.lastSuccessAt !== undefined) emit(report.lastSuccessAt / 1000);
    },
  },
  {
    name: 'pointone_clock_skew_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: "This machine's clock less the Date header of the API's answer, in seconds. Absent without one.",
    labels: [],
    collect: ({ report }, _at, emit) => {
      if (report.clockSkewMs !== undefined) emit(toSeconds(report.clockSkewMs));
    },
  },
  {
    name: 'pointone_credential_expiry_timestamp_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: "When the exporter's own credential expires, in Unix seconds. Absent unless it is a JWT that says so.",
    labels: [],
    collect: ({ report }, _at, emit) => {
      if (report.credentialExpiresAt !== undefined) emit(report.credentialExpiresAt / 1000);
    },
  },
  {
    name: 'pointone_tokens',
    type: 'gauge',
    help: 'Tokens in the list.',
    labels: [],
    collect: ({ report }, _at, emit) => {
      if (report.outcome.ok) emit(report.outcome.tokens.length);
    },
  },
  {
    name: 'pointone_duplicate_tokens',
    type: 'gauge',
    help: 'Tokens beyond the first that share account, name, role and created_at, and cannot be told apart.',
    labels: [],
    collect: ({ report, shown }, _at, emit) => {
      if (report.outcome.ok) emit(report.outcome.tokens.length - shown.length);
    },
  },
  {
    name: 'pointone_unreadable_fields',
    type: 'gauge',
    help: 'Tokens whose field was missing or could not be read. A null expiresAt is not counted here.',
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
    help: 'Whether a token that the configuration expects is listed and usable (1) or not (0).',
    labels: ['name', 'role'],
    collect: ({ report }, at, emit) => {
      if (!report.outcome.ok) return;
      for (const expected of report.expected) {
        emit(isExpectedTokenPresent(expected, report.outcome.tokens, at) ? 1 : 0, expected.name, expected.role ?? '');
      }
    },
  },
];
