import type { Reason } from '../../model/report.ts';

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
