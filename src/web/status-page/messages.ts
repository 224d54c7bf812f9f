import type { Finding } from '../../health/findings.ts';
import { DAY_MS } from '../../model/instant.ts';
import type { FailureReason } from '../../model/report.ts';
import { ABANDONED_AFTER_MS } from '../../model/state.ts';
import { DEFAULT_THRESHOLDS } from '../../model/urgency.ts';
import type { PageState } from './states.ts';

/** Contains the title and the advice for each reason of a failed fetch. */
export const FAILURE_MESSAGES: Readonly<Record<FailureReason, { readonly title: string; readonly advice: string }>> = {
  timeout: {
    title: 'The API did not respond in time',
    advice:
      'This is usually temporary. If it persists, check that this machine can reach the API and that --api.timeout is ' +
      'long enough.',
  },
  network: {
    title: 'The API could not be reached',
    advice:
      'Check name resolution, firewall and proxy (HTTPS_PROXY, NO_PROXY) on this machine. For a private certificate ' +
      'authority, set NODE_EXTRA_CA_CERTS.',
  },
  http: {
    title: 'The API responded with an HTTP error',
    advice:
      'This is usually temporary. If it persists, check --api.endpoint. If an HTML page came instead of JSON, or the ' +
      'status is 407, check the firewall, proxy or gateway between this machine and the API, not the token.',
  },
  rate_limited: {
    title: 'The API is rate limiting the exporter',
    advice:
      'The exporter waits as long as the API requests. If this recurs, scrape less often, and find out which other ' +
      'clients use the API as this user.',
  },
  unauthenticated: {
    title: 'The API could not authenticate the exporter',
    advice:
      'If several accounts fail at the same time, or the token has not expired, first check status.pointonenav.com: the ' +
      "API's authentication may have an outage. Otherwise create a new read-only token for the same Point One user. A " +
      'changed token file takes effect at the next fetch; a changed environment variable needs a restart.',
  },
  forbidden: {
    title: "The exporter's token is not allowed to list tokens",
    advice:
      'Give the exporter a token with read access. If other tokens of the user get the same response, check whether a ' +
      'proxy or firewall sends it.',
  },
  graphql: {
    title: 'The API reported an error',
    advice:
      'This is usually temporary. If it persists, the API may have changed: look for a newer version of the exporter.',
  },
  invalid_response: {
    title: 'The response of the API is invalid',
    advice:
      'Check --api.endpoint, and check whether something else responds, such as a login page. If the list is too long, ' +
      'increase --api.max-response-size.',
  },
  credential: {
    title: 'The exporter has no valid token to send',
    advice:
      'Put only the token, on one line, into the token file or environment variable of this account. Make sure that the ' +
      'exporter can read the file.',
  },
};

/** The alerts of a credential that the API or the exporter rejects, instead of the general alert. */
const CREDENTIAL_FAILURES: ReadonlySet<FailureReason> = new Set(['unauthenticated', 'forbidden', 'credential']);

/** Returns the alert that fires for a failed fetch. */
export function failureRunbook(reason: FailureReason): string {
  return CREDENTIAL_FAILURES.has(reason) ? 'PointOneCredentialRejected' : 'PointOneScrapeFailing';
}

/** Contains the label, the advice and the runbook for each finding. For failed fetches, see `FAILURE_MESSAGES`. */
export const FINDING_MESSAGES: Readonly<
  Record<
    Exclude<Finding['kind'], 'no_accounts' | 'account_unread'>,
    { readonly label: string; readonly advice: string; readonly runbook: string }
  >
> = {
  expected_token_missing: {
    label: 'missing',
    advice: 'Create the token again, or remove it from expected_tokens if nothing needs it.',
    runbook: 'PointOneExpectedTokenMissing',
  },
  status_contradiction: {
    label: 'contradiction',
    advice: 'The exporter assumes the worse of the two. Test whether the token works. If it does not, replace it.',
    runbook: 'PointOneTokenStatusContradiction',
  },
  credential_expiring: {
    label: 'credential',
    advice: 'Replace the credential. Without a valid one, the exporter cannot read this account.',
    runbook: 'PointOneCredentialExpiringSoon',
  },
  list_empty: {
    label: 'empty list',
    advice:
      'While the list is empty, no alert warns you before a token of this account expires. Check in ' +
      "Point One's interface whether the tokens exist and which user the exporter's token belongs to.",
    runbook: 'PointOneTokenListEmpty',
  },
  fields_unreadable: {
    label: 'unreadable',
    advice:
      "Values that depend on these fields are not monitored. Check the tokens in Point One's interface, and look for a " +
      'newer version of the exporter, because the API may have changed.',
    runbook: 'PointOneTokenFieldUnreadable',
  },
  clock_skew: {
    label: 'clock',
    advice:
      "If this machine's clock is wrong, all remaining times on this page are wrong by the same amount, and a token in " +
      'the state fine may have expired. Correct the clock (NTP).',
    runbook: 'PointOneClockSkew',
  },
};

/** The alert for a token of unknown status, in any state. */
export const UNKNOWN_STATUS_RUNBOOK = 'PointOneTokenStatusUnknown';

function describeThreshold({
  leftMs,
  lifetimeShare,
}: (typeof DEFAULT_THRESHOLDS)[keyof typeof DEFAULT_THRESHOLDS]): string {
  return `has less than ${leftMs / DAY_MS} days and less than ${lifetimeShare * 100}% of its lifetime left, and no successor`;
}

interface StateMessage {
  readonly label: string;
  readonly description: string;
  /** The alert that fires for a token in this state; undefined if none fires. */
  readonly runbook?: string;
}

/** Contains the label, the description and the runbook of each state. */
export const STATE_MESSAGES: Readonly<Record<PageState, StateMessage>> = {
  expired: {
    label: 'expired',
    description: 'no longer works and has no successor',
    runbook: 'PointOneTokenExpired',
  },
  critical: {
    label: 'critical',
    description: describeThreshold(DEFAULT_THRESHOLDS.critical),
    runbook: 'PointOneTokenExpiringSoon',
  },
  warning: {
    label: 'warning',
    description: describeThreshold(DEFAULT_THRESHOLDS.warning),
    runbook: 'PointOneTokenExpiringSoon',
  },
  doubtful: {
    label: 'doubtful',
    description: 'expires soon or has expired, and every successor has a status that the exporter does not know',
    runbook: UNKNOWN_STATUS_RUNBOOK,
  },
  unknown: {
    label: 'expiry unknown',
    description: 'has no readable expiry',
    runbook: 'PointOneTokenExpiryUnknown',
  },
  'status-unknown': {
    label: 'status unknown',
    description: 'has time left, but has a status that the exporter does not know, so it may not work',
    runbook: UNKNOWN_STATUS_RUNBOOK,
  },
  fine: { label: 'fine', description: 'has time left' },
  abandoned: {
    label: 'long expired',
    description: `expired over ${ABANDONED_AFTER_MS / DAY_MS} days ago without a successor, so probably no client uses it`,
    runbook: 'PointOneTokenExpired',
  },
  replaced: {
    label: 'replaced',
    description: 'has a successor: a less urgent token of the same account, name and role',
  },
  revoked: { label: 'revoked', description: 'was revoked and no longer works' },
};
