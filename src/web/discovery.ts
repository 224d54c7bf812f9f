import type { RequestHandler } from 'express';
import type { Fleet } from '../accounts/collectors.ts';
import { answerText } from '../server/answer-text.ts';
import { ownAddress } from './own-address.ts';

export interface DiscoveryOptions {
  /** Asked anew for each request, so that the accounts can be replaced. */
  readonly fleet: () => Fleet;
  /** Undefined: what a request says of itself. */
  readonly externalUrl: URL | undefined;
}

/**
 * Prometheus' HTTP service discovery (https://prometheus.io/docs/prometheus/latest/http_sd/): one target group for each
 * account, to be scraped through `/probe`. There is no label `account`: Prometheus would push aside the metrics' own as
 * `exported_account`. `instance` holds the account as well, so that `up` is told per account, and the exporter's
 * address, so that replicas stay apart.
 */
export function discovery({ fleet, externalUrl }: DiscoveryOptions): RequestHandler {
  return (request, response) => {
    const address = ownAddress(request, externalUrl);
    if (address === undefined) {
      answerText(
        response,
        400,
        'the targets are made of the header Host, which is missing or odd; or give --web.external-url',
      );
      return;
    }
    const { scheme, host, prefix } = address;
    const groups = fleet().names.map((account) => ({
      targets: [host],
      labels: {
        __scheme__: scheme,
        __metrics_path__: `${prefix}/probe`,
        __param_account: account,
        instance: `${account}@${host}`,
      },
    }));
    response.json(groups);
  };
}
