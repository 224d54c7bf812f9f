/**
 * Lists the classes of status. Point One does not document the values of the API's enum `TokenStatus`, so alerts, page
 * and metrics depend on the class of a status and never on its exact spelling.
 */
export const STATUS_CLASSES = ['ACTIVE', 'EXPIRED', 'REVOKED'] as const;
export type StatusClass = (typeof STATUS_CLASSES)[number];

/** Matches a GraphQL name of limited length (https://spec.graphql.org/October2021/#Name): the statuses that a setting accepts. */
export const GRAPHQL_NAME = /^[A-Za-z_]\w{0,63}$/;

/** Lists of statuses for each class. */
export type StatusLists = Readonly<Record<StatusClass, readonly string[]>>;

/**
 * The statuses that every exporter knows. The lists of expired and revoked statuses are short on purpose: a status that
 * wrongly counts as expired or revoked would hide the expiry of a token that is in use.
 */
export const BUILT_IN_STATUSES: StatusLists = {
  ACTIVE: ['ACTIVE', 'VALID', 'ENABLED'],
  EXPIRED: ['EXPIRED'],
  REVOKED: ['REVOKED'],
};

export const NO_STATUSES: StatusLists = { ACTIVE: [], EXPIRED: [], REVOKED: [] };

/** The prefixes that GraphQL schemas usually give to the values of such an enum, the longest first. */
const PREFIX = /^(?:TOKEN_STATUS_|STATUS_|TOKEN_)(?=.)/;

/** Returns a status in upper case and without its prefix. Statuses with the same result are the same status. */
export function normalizeStatus(status: string): string {
  return status.toUpperCase().replace(PREFIX, '');
}

/** Returns the class of a status as the API spells it, or undefined if the status is empty or unknown. */
export type ClassifyStatus = (status: string) => StatusClass | undefined;

/** Maximum number of different statuses whose class is kept. An enum has a few; the API could send anything. */
const MAX_CACHED = 64;

/** Creates a classifier that knows the built-in statuses and the given ones. */
export function createStatusClassifier(added: StatusLists = NO_STATUSES): ClassifyStatus {
  const known = new Map<string, StatusClass>();
  for (const statusClass of STATUS_CLASSES) {
    for (const status of [...BUILT_IN_STATUSES[statusClass], ...added[statusClass]]) {
      known.set(normalizeStatus(status), statusClass);
    }
  }
  // Every token of a long list has one of a few statuses. Normalizing each of them would take longer than parsing dates.
  const cache = new Map<string, StatusClass | undefined>();
  return (status) => {
    if (cache.has(status)) return cache.get(status);
    const statusClass = known.get(normalizeStatus(status));
    if (cache.size < MAX_CACHED) cache.set(status, statusClass);
    return statusClass;
  };
}
