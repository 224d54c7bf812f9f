import { formatCount, formatNumber } from '../health/formats.ts';
import { normalizeStatus, STATUS_CLASSES, type StatusClass } from '../model/status.ts';
import { type Finding, notUnderstood, type SettingText } from './findings.ts';
import type { ListAnalysis } from './list-analysis.ts';
import { type SchemaAnalysis, unclassifiedStatuses } from './schema.ts';

/** The setting that adds statuses to a class, and its current words. */
interface StatusSetting {
  /** Without the hyphens: `api.status.revoked`. */
  readonly flag: string;
  readonly variable: string;
  readonly configured: readonly string[];
}

export type StatusSettings = Readonly<Record<StatusClass, StatusSetting>>;

/** What is known about a status of no class. */
export interface UnknownStatus {
  /** Masked. */
  readonly shown: string;
  /** Whether `shown` is the status as the API spells it. */
  readonly isWord: boolean;
  /** Tokens with this status; 0 if only the schema contains it. */
  readonly count: number;
  readonly withExpiry: number;
  readonly pastExpiry: number;
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

/** A status with one of these words does not mean what its other words say: `PENDING_DELETED`, `NOT_ACTIVE`. */
const REVERSING_WORDS = new Set([
  ...['NOT', 'NO', 'NON', 'NEVER', 'UN', 'PENDING', 'SOON', 'NEARLY', 'ALMOST', 'ABOUT', 'TO', 'BE', 'WILL', 'PRE'],
  ...['PARTIALLY', 'UNTIL', 'BEFORE', 'NEARING', 'SCHEDULED', 'WAS', 'PREVIOUSLY', 'OR'],
]);

/** Collects the statuses of no class: those of the list, then those that only the schema contains. */
export function unknownStatuses(list: ListAnalysis | undefined, schema: SchemaAnalysis | undefined): UnknownStatus[] {
  const own = list?.own;
  const ownStatus = own !== undefined && 'status' in own ? own.status : undefined;
  const listed = (list?.statuses ?? [])
    .filter(({ statusClass }) => statusClass === undefined)
    .map((status) => ({ ...status, isOwn: status.isWord && status.shown === ownStatus }));
  const onlyInSchema = (schema === undefined ? [] : unclassifiedStatuses(schema))
    .filter(({ shown }) => !listed.some((status) => status.shown === shown))
    .map(({ shown, isWord }) => ({ shown, isWord, count: 0, withExpiry: 0, pastExpiry: 0, isOwn: false }));
  return [...listed, ...onlyInSchema];
}

/**
 * Suggests a class for each status of no class. The strongest evidence comes first: the exporter's own token works, so its
 * status is active.
 */
export function suggestStatuses(statuses: readonly UnknownStatus[]): StatusSuggestion[] {
  const seen = new Set<string>();
  return statuses
    .filter(({ shown, isWord }) => {
      // The exporter treats different spellings of one status in the same way.
      const isNew = !isWord || !seen.has(normalizeStatus(shown));
      seen.add(normalizeStatus(shown));
      return isNew;
    })
    .map((status) => ({ status, ...suggest(status) }));
}

function suggest(status: UnknownStatus): Omit<StatusSuggestion, 'status'> {
  if (status.isOwn) return { classes: ['ACTIVE'], reason: "the exporter's own token has this status, and it works" };
  const evidence = describeEvidence(status);
  const usual = status.isWord ? usualClass(status.shown) : undefined;
  const areAllPast = status.count > 0 && status.pastExpiry === status.count;
  if (usual === 'REVOKED') return { classes: ['REVOKED'], reason: 'the word usually means that a token was revoked' };
  if (usual === undefined) return { classes: areAllPast ? ['EXPIRED'] : ['ACTIVE', 'REVOKED'], reason: evidence };
  const meaning = `the word usually means that a token ${usual === 'ACTIVE' ? 'works' : 'has expired'}`;
  const contradicts = usual === 'ACTIVE' ? areAllPast : status.pastExpiry < status.withExpiry;
  return contradicts
    ? { classes: ['ACTIVE', 'EXPIRED'], reason: `${meaning}, but ${evidence}` }
    : { classes: [usual], reason: meaning };
}

function describeEvidence({ count, withExpiry, pastExpiry }: UnknownStatus): string {
  if (count === 0) return 'no listed token has this status';
  const its = count === 1 ? 'its only token' : `its ${formatCount(count, 'token')}`;
  if (pastExpiry === count) return count === 1 ? `${its} is past its expiry` : `all ${its} are past their expiry`;
  if (withExpiry === 0) return `the expiry of ${its} is unknown`;
  if (count === 1) return `${its} is not past its expiry`;
  const unknown = count - withExpiry;
  const rest = unknown > 0 ? `, and the expiry of ${formatNumber(unknown)} is unknown` : '';
  return `${formatNumber(pastExpiry)} of ${its} ${pastExpiry === 1 ? 'is' : 'are'} past the expiry${rest}`;
}

/** Returns the only class whose usual words a status contains. */
function usualClass(status: string): StatusClass | undefined {
  const normalized = normalizeStatus(status.replace(/([a-z])(?=[A-Z])/g, '$1_'));
  const words = [...normalized.split('_'), normalized.replaceAll('_', '')];
  if (words.some((word) => REVERSING_WORDS.has(word))) return undefined;
  const classes = STATUS_CLASSES.filter((statusClass) => words.some((word) => USUAL_WORDS[statusClass].includes(word)));
  return classes.length === 1 ? classes[0] : undefined;
}

/**
 * States which settings to change for the statuses of no class. One finding per class holds all of its new words, because
 * a setting can be given only once.
 */
export function statusFindings(suggestions: readonly StatusSuggestion[], settings: StatusSettings): Finding[] {
  if (suggestions.length === 0) return [];
  const settable = suggestions.filter(({ status }) => status.isWord);
  const suggested = (statusClass: StatusClass): StatusSuggestion[] =>
    settable.filter(({ classes }) => classes.length === 1 && classes[0] === statusClass);
  const setting = (statusClass: StatusClass, added: readonly string[] = []): SettingText =>
    settingText(settings[statusClass], [...suggested(statusClass).map(({ status }) => status.shown), ...added]);

  const undecided = settable.filter(({ classes }) => classes.length > 1);
  const several = undecided.length > 1 ? ' Put all statuses of one class into one setting.' : '';

  return [
    notUnderstood(
      'problem',
      `Statuses of no class: ${suggestions.map(({ status }) => statusLabel(status)).join(', ')}. The exporter assumes that tokens of such a status work, and the alert PointOneTokenStatusUnknown fires.`,
    ),
    ...STATUS_CLASSES.filter((statusClass) => suggested(statusClass).length > 0).map((statusClass) => {
      const reasons = suggested(statusClass).map(({ status, reason }) => `${status.shown}: ${reason}.`);
      return {
        ...notUnderstood('set', `${confirmation(statusClass, reasons.length)} ${reasons.join(' ')}`),
        settings: [setting(statusClass)],
      };
    }),
    ...undecided.map(({ status: { shown }, classes, reason }) => ({
      ...notUnderstood(
        'set',
        `${shown}: ${reason}. Check first whether a token of this status works. If it works, use the first setting. Use the second setting only if it no longer works: otherwise the setting hides the expiry of a token in use.${several}`,
      ),
      settings: classes.map((statusClass) => setting(statusClass, [shown])),
    })),
    ...suggestions
      .filter(({ status }) => !status.isWord)
      .map(({ status: { shown } }) =>
        notUnderstood('report', `Report the status ${shown}: it is hidden or not a name, so no setting is suggested.`),
      ),
  ];
}

function statusLabel({ shown, count }: UnknownStatus): string {
  return `${shown} (${count === 0 ? 'only in the schema' : formatCount(count, 'token')})`;
}

function confirmation(statusClass: StatusClass, statuses: number): string {
  const these = statuses === 1 ? 'this status' : 'each of these statuses';
  return statusClass === 'ACTIVE'
    ? `Confirm that a token of ${these} works.`
    : `Check first that a token of ${these} no longer works: otherwise the setting hides the expiry of a token in use.`;
}

function settingText({ flag, variable, configured }: StatusSetting, added: readonly string[]): SettingText {
  const words = [...configured, ...added].join(',');
  return { flag: `--${flag}=${words}`, variable: `${variable}=${words}` };
}
