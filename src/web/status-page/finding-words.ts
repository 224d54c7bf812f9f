import type { Finding } from '../../health/findings.ts';

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
