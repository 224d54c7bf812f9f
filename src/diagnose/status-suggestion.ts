import { formatCount, formatNumber } from '../health/formats.ts';
import { normalizeStatus, STATUS_CLASSES, type StatusClass } from '../model/status.ts';
import type { ListAnalysis } from './list-analysis.ts';
import { type SchemaAnalysis, unclassifiedStatuses } from './schema.ts';

/** What is known about a status of no class. */
export interface UnknownStatus {
  /** Masked. */
  readonly shown: string;
  /** Whether `shown` is the status as the API spells it. */
  readonly isWord: boolean;
  /** Number of tokens with this status; 0 if only the schema contains it. */
  readonly count: number;
  readonly withExpiry: number;
  readonly pastExpiry: number;
  /** Labels of a few of these tokens. */
  readonly examples: readonly string[];
  /** Whether the exporter's own token, which works, has this status. */
  readonly isOwn: boolean;
}

export interface StatusSuggestion {
  readonly status: UnknownStatus;
  /** One class is a suggestion. If nothing can be said about the status, there are two: for working tokens and others. */
  readonly classes: readonly [StatusClass] | readonly ['ACTIVE', StatusClass];
  /** A clause without a capital letter. */
  readonly reason: string;
}

/** Words that usually mean one class. The exporter never classifies by them: an operator has to confirm each. */
const USUAL_WORDS: Readonly<Record<StatusClass, readonly string[]>> = {
  ACTIVE: ['ACTIVE', 'VALID', 'ENABLED', 'LIVE', 'OK', 'CURRENT', 'ISSUED', 'GOOD', 'ACTIVATED', 'USABLE', 'WORKING'],
  EXPIRED: ['EXPIRED', 'LAPSED', 'OUTDATED', 'TIMEDOUT', 'OVERDUE', 'ELAPSED', 'STALE', 'OBSOLETE', 'ENDED'],
  REVOKED: [
    ...['REVOKED', 'DISABLED', 'DEACTIVATED', 'INACTIVE', 'CANCELLED', 'CANCELED', 'DELETED', 'SUSPENDED', 'BLOCKED'],
    ...['INVALID', 'INVALIDATED', 'REMOVED', 'TERMINATED', 'WITHDRAWN', 'REJECTED', 'BANNED', 'LOCKED', 'CLOSED'],
    ...['ARCHIVED', 'DESTROYED', 'COMPROMISED', 'DENIED'],
  ],
};

/** Collects the statuses of no class: those of the list, then those that only the schema contains. */
export function unknownStatuses(list: ListAnalysis | undefined, schema: SchemaAnalysis | undefined): UnknownStatus[] {
  const own = list?.own;
  const ownStatus = own !== undefined && 'status' in own ? normalizeStatus(own.status) : undefined;
  const listed = (list?.statuses ?? [])
    .filter(({ statusClass }) => statusClass === undefined)
    .map((status) => ({ ...status, isOwn: status.isWord && normalizeStatus(status.shown) === ownStatus }));
  const onlyInSchema = (schema === undefined ? [] : unclassifiedStatuses(schema))
    .filter(({ shown }) => !listed.some((status) => status.shown === shown))
    .map(({ shown, isWord }) => ({
      shown,
      isWord,
      count: 0,
      withExpiry: 0,
      pastExpiry: 0,
      examples: [],
      isOwn: false,
    }));
  return [...listed, ...onlyInSchema];
}

/**
 * Suggests a class for each status of no class that a token has. The strongest evidence comes first: the exporter's own
 * token works, so its status is active. Dates alone never suggest that a token does not work: with a wrong clock or zone,
 * or if expired tokens continue to work, they look the same.
 */
export function suggestStatuses(statuses: readonly UnknownStatus[]): StatusSuggestion[] {
  return distinctStatuses(statuses).flatMap((status) => (status.count === 0 ? [] : [{ status, ...suggest(status) }]));
}

/** Returns the statuses that only the schema contains. */
export function statusesWithoutToken(statuses: readonly UnknownStatus[]): UnknownStatus[] {
  return distinctStatuses(statuses).filter(({ count }) => count === 0);
}

/** Keeps one of several spellings of a status: the exporter treats them in the same way. */
function distinctStatuses(statuses: readonly UnknownStatus[]): UnknownStatus[] {
  const seen = new Set<string>();
  return statuses.filter(({ shown, isWord }) => {
    const isNew = !isWord || !seen.has(normalizeStatus(shown));
    seen.add(normalizeStatus(shown));
    return isNew;
  });
}

function suggest(status: UnknownStatus): Omit<StatusSuggestion, 'status'> {
  if (status.isOwn) return { classes: ['ACTIVE'], reason: "the exporter's own token has this status, and it works" };
  const evidence = describeEvidence(status);
  const usual = status.isWord ? usualClass(status.shown) : undefined;
  const areAllPast = status.pastExpiry === status.count;
  if (usual === 'REVOKED') return { classes: ['REVOKED'], reason: 'the word usually means that a token was revoked' };
  if (usual === undefined) return { classes: ['ACTIVE', areAllPast ? 'EXPIRED' : 'REVOKED'], reason: evidence };
  const meaning = `the word usually means that a token ${usual === 'ACTIVE' ? 'works' : 'has expired'}`;
  const contradicts = usual === 'ACTIVE' ? areAllPast : status.pastExpiry < status.withExpiry;
  return contradicts
    ? { classes: ['ACTIVE', 'EXPIRED'], reason: `${meaning}, but ${evidence}` }
    : { classes: [usual], reason: meaning };
}

function describeEvidence({ count, withExpiry, pastExpiry }: UnknownStatus): string {
  const its = count === 1 ? 'its only token' : `its ${formatCount(count, 'token')}`;
  if (pastExpiry === count) return count === 1 ? `${its} is past its expiry` : `all ${its} are past their expiry`;
  if (withExpiry === 0) return `the expiry of ${its} is unknown`;
  if (count === 1) return `${its} is not past its expiry`;
  const unknown = count - withExpiry;
  const rest = unknown > 0 ? `, and the expiry of ${formatNumber(unknown)} is unknown` : '';
  return `${formatNumber(pastExpiry)} of ${its} ${pastExpiry === 1 ? 'is' : 'are'} past the expiry${rest}`;
}

/** Returns the class of which a whole status is a usual word. A part of a status says little: `CLOSED_BETA`. */
function usualClass(status: string): StatusClass | undefined {
  const word = normalizeStatus(status.replace(/([a-z])(?=[A-Z])/g, '$1_')).replaceAll('_', '');
  return STATUS_CLASSES.find((statusClass) => USUAL_WORDS[statusClass].includes(word));
}
