import type { Finding } from '../../health/findings.ts';
import { DAY_MS } from '../../model/instant.ts';
import type { FailureReason } from '../../model/report.ts';
import { ABANDONED_AFTER_MS, type TokenState } from '../../model/state.ts';
import { DEFAULT_THRESHOLDS } from '../../model/urgency.ts';

/** For people: what has happened, and what to do about it. */
export const FAILURE_MESSAGES: Readonly<Record<FailureReason, { readonly title: string; readonly advice: string }>> = {
  timeout: {
    title: 'The API did not answer in time',
    advice:
      'This often ends by itself. If it stays, see whether the API can be reached from this machine, and whether ' +
      '--api.timeout leaves it enough time.',
  },
  network: {
    title: 'The API could not be reached',
    advice:
      'Look at name resolution, firewall and proxy (HTTPS_PROXY, NO_PROXY) of this machine. A private certificate ' +
      'authority is made known by NODE_EXTRA_CA_CERTS.',
  },
  http: {
    title: 'The API answered with an HTTP error',
    advice:
      'This often ends by itself. If it stays, see whether --api.endpoint is right, and whether something in between ' +
      'answers in place of the API.',
  },
  rate_limited: {
    title: 'The API asked for a pause',
    advice:
      'Wait: it ends by itself. If it comes back, scrape less often, and see who else calls the API as this user.',
  },
  unauthenticated: {
    title: "The API does not accept the exporter's token",
    advice:
      'Create a new read-only token of the same Point One user. In the token file it is used from the next call on; ' +
      'in a variable, from the next start.',
  },
  forbidden: {
    title: "The exporter's token may not list the tokens",
    advice: 'See who refuses it, the API or a proxy in between, and give the exporter a token that may read.',
  },
  graphql: {
    title: 'The API reported an error',
    advice: 'This often ends by itself. If it stays, the API may have changed: look for a newer exporter.',
  },
  invalid_response: {
    title: 'The answer of the API could not be understood',
    advice:
      'See whether --api.endpoint is right and nothing in between answers, such as a page to log in. A list that is ' +
      'too long needs a larger --api.max-response-size.',
  },
  credential: {
    title: 'The exporter has no token that it could send',
    advice: 'Put the token, alone and on one line, where the exporter reads it, and see that the exporter may read it.',
  },
};

/** What the page says beside a finding: a word for its badge, and what to do. Of failures, failure-words.ts says more. */
export const FINDING_MESSAGES: Readonly<
  Record<
    Exclude<Finding['kind'], 'no_accounts' | 'account_unread'>,
    { readonly label: string; readonly advice: string }
  >
> = {
  expected_token_missing: {
    label: 'missing',
    advice: 'Create it anew, or take it out of expected_tokens when nothing needs it any more.',
  },
  status_contradiction: {
    label: 'contradiction',
    advice: 'The worse of the two is believed. Try whether the token works; if it does not, replace it.',
  },
  credential_expiring: {
    label: 'credential',
    advice: 'Replace it: without one, nothing is seen of this account.',
  },
  list_empty: {
    label: 'empty list',
    advice:
      "Nobody is told before a token of this account expires. See in Point One's own interface whether the tokens exist, " +
      'and whose token the exporter has.',
  },
  fields_unreadable: {
    label: 'unreadable',
    advice:
      "What depends on these fields is not watched. Look at the tokens in Point One's own interface, and for a newer " +
      'exporter, as the API may have changed.',
  },
  clock_skew: {
    label: 'clock',
    advice:
      "If it is this machine's clock that is wrong, the times left on this page are wrong by as much, and what is said " +
      'to be fine may have expired. Put the clock right (NTP).',
  },
};

function describeThreshold({
  leftMs,
  lifetimeShare,
}: (typeof DEFAULT_THRESHOLDS)[keyof typeof DEFAULT_THRESHOLDS]): string {
  return `less than ${leftMs / DAY_MS} days and ${lifetimeShare * 100} % of its life are left, and nothing replaces it yet`;
}

/** What each state is called, and what it means. */
export const STATE_MESSAGES: Readonly<Record<TokenState, { readonly label: string; readonly description: string }>> = {
  expired: { label: 'expired', description: 'does not work any more, and nothing has replaced it' },
  critical: { label: 'critical', description: describeThreshold(DEFAULT_THRESHOLDS.critical) },
  warning: { label: 'warning', description: describeThreshold(DEFAULT_THRESHOLDS.warning) },
  doubtful: {
    label: 'doubtful',
    description: 'expires or has expired; what could replace it has a status that the exporter does not know',
  },
  unknown: { label: 'expiry unknown', description: 'the API gives no expiry that could be read' },
  fine: { label: 'fine', description: 'has time left' },
  abandoned: {
    label: 'long expired',
    description: `expired over ${ABANDONED_AFTER_MS / DAY_MS} days ago without a successor, and is probably not missed`,
  },
  replaced: { label: 'replaced', description: 'another token of the same account, name and role is better off' },
  revoked: { label: 'revoked', description: 'was made not to work any more' },
};
