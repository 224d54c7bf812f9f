import type { Finding } from '../../health/findings.ts';
import { DAY_MS } from '../../model/instant.ts';
import type { Reason } from '../../model/report.ts';
import { ABANDONED_AFTER_MS, type Standing } from '../../model/state.ts';
import { THRESHOLDS } from '../../model/urgency.ts';

/** For people: what has happened, and what to do about it. */
export const FAILURE_WORDS: Readonly<Record<Reason, { readonly says: string; readonly advice: string }>> = {
  timeout: {
    says: 'The API did not answer in time',
    advice:
      'This often ends by itself. If it stays, see whether the API can be reached from this machine, and whether ' +
      '--api.timeout leaves it enough time.',
  },
  network: {
    says: 'The API could not be reached',
    advice:
      'Look at name resolution, firewall and proxy (HTTPS_PROXY, NO_PROXY) of this machine. A private certificate ' +
      'authority is made known by NODE_EXTRA_CA_CERTS.',
  },
  http: {
    says: 'The API answered with an HTTP error',
    advice:
      'This often ends by itself. If it stays, see whether --api.endpoint is right, and whether something in between ' +
      'answers in place of the API.',
  },
  rate_limited: {
    says: 'The API asked for a pause',
    advice:
      'Wait: it ends by itself. If it comes back, scrape less often, and see who else calls the API as this user.',
  },
  unauthenticated: {
    says: "The API does not accept the exporter's token",
    advice:
      'Create a new read-only token of the same Point One user. In the token file it is used from the next call on; ' +
      'in a variable, from the next start.',
  },
  forbidden: {
    says: "The exporter's token may not list the tokens",
    advice: 'See who refuses it, the API or a proxy in between, and give the exporter a token that may read.',
  },
  graphql: {
    says: 'The API reported an error',
    advice: 'This often ends by itself. If it stays, the API may have changed: look for a newer exporter.',
  },
  invalid_response: {
    says: 'The answer of the API could not be understood',
    advice:
      'See whether --api.endpoint is right and nothing in between answers, such as a page to log in. A list that is ' +
      'too long needs a larger --api.max-response-size.',
  },
  credential: {
    says: 'The exporter has no token that it could send',
    advice: 'Put the token, alone and on one line, where the exporter reads it, and see that the exporter may read it.',
  },
};

/** What the page says beside a finding: a word for its badge, and what to do. Of failures, failure-words.ts says more. */
export const FINDING_WORDS: Readonly<
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

function less({ leftMs, lifetimeShare }: (typeof THRESHOLDS)[keyof typeof THRESHOLDS]): string {
  return `less than ${leftMs / DAY_MS} days and ${lifetimeShare * 100} % of its life are left, and nothing replaces it yet`;
}

/** What each standing is called, and what it means. */
export const STANDING_WORDS: Readonly<Record<Standing, { readonly label: string; readonly means: string }>> = {
  expired: { label: 'expired', means: 'does not work any more, and nothing has replaced it' },
  critical: { label: 'critical', means: less(THRESHOLDS.critical) },
  warning: { label: 'warning', means: less(THRESHOLDS.warning) },
  doubtful: {
    label: 'doubtful',
    means: 'expires or has expired; what could replace it has a status that the exporter does not know',
  },
  unknown: { label: 'expiry unknown', means: 'the API gives no expiry that could be read' },
  fine: { label: 'fine', means: 'has time left' },
  abandoned: {
    label: 'long expired',
    means: `expired over ${ABANDONED_AFTER_MS / DAY_MS} days ago without a successor, and is probably not missed`,
  },
  replaced: { label: 'replaced', means: 'another token of the same account, name and role is better off' },
  revoked: { label: 'revoked', means: 'was made not to work any more' },
};
