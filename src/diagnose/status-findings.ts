import { STATUS_CLASSES, type StatusClass } from '../model/status.ts';
import { describeAffected } from './affected-tokens.ts';
import { type Finding, notUnderstood, type SettingText } from './findings.ts';
import {
  type StatusSuggestion,
  statusesWithoutToken,
  suggestStatuses,
  type UnknownStatus,
} from './status-suggestion.ts';

/** The setting that adds statuses to a class, and its current words. */
interface StatusSetting {
  /** Without the hyphens: `api.status.revoked`. */
  readonly flag: string;
  readonly variable: string;
  readonly configured: readonly string[];
}

export type StatusSettings = Readonly<Record<StatusClass, StatusSetting>>;

/**
 * States what the statuses of no class mean, and which settings to change. One finding per class holds all of its new
 * words, because a setting can be given only once.
 *
 * @param isClockWrong whether the clocks of this machine and the API differ. No setting for tokens that do not work is then
 *   suggested, because it may depend on dates.
 */
export function statusFindings(
  statuses: readonly UnknownStatus[],
  settings: StatusSettings,
  { isClockWrong }: { readonly isClockWrong: boolean },
): Finding[] {
  const suggestions = suggestStatuses(statuses);
  const settable = suggestions.filter(({ status }) => status.isWord);
  const postponed = isClockWrong ? settable.filter(({ classes }) => classes.some((one) => one !== 'ACTIVE')) : [];
  const current = settable.filter((suggestion) => !postponed.includes(suggestion));
  return [
    ...unclassifiedFindings(suggestions),
    ...suggestedFindings(current, settings),
    ...undecidedFindings(current, settings),
    ...postponedFindings(postponed),
    ...unsettableFindings(suggestions),
    ...schemaOnlyFindings(statusesWithoutToken(statuses), settings),
  ];
}

function unclassifiedFindings(suggestions: readonly StatusSuggestion[]): Finding[] {
  if (suggestions.length === 0) return [];
  const labels = suggestions.map(({ status }) => `${status.shown}: ${describeAffected(status)}`);
  return [
    notUnderstood(
      'problem',
      `Statuses of no class: ${labels.join('; ')}. The exporter assumes that tokens of such a status work, and the alert PointOneTokenStatusUnknown fires.`,
    ),
  ];
}

function suggestedFindings(suggestions: readonly StatusSuggestion[], settings: StatusSettings): Finding[] {
  return STATUS_CLASSES.flatMap((statusClass) => {
    const suggested = ofOnlyClass(suggestions, statusClass);
    if (suggested.length === 0) return [];
    const these = suggested.length === 1 ? 'this status' : 'each of these statuses';
    const check =
      statusClass === 'ACTIVE'
        ? `Confirm that a token of ${these} works.`
        : `Check first that a token of ${these} no longer works: otherwise the setting hides the expiry of a token in use.`;
    return [
      {
        ...notUnderstood('set', [check, ...suggested.map(describeReason)].join(' ')),
        settings: [settingText(settings[statusClass], suggested)],
      },
    ];
  });
}

/** Gives the choice for all undecided statuses in one finding: each class has one setting. */
function undecidedFindings(suggestions: readonly StatusSuggestion[], settings: StatusSettings): Finding[] {
  const undecided = suggestions.filter(({ classes }) => classes.length > 1);
  if (undecided.length === 0) return [];
  const choices = STATUS_CLASSES.flatMap((statusClass) => {
    const possible = undecided.filter(({ classes }) => classes.some((one) => one === statusClass));
    return possible.length === 0
      ? []
      : [settingText(settings[statusClass], [...ofOnlyClass(suggestions, statusClass), ...possible])];
  });
  const [these, others] =
    undecided.length === 1 ? ['this status', 'the second setting'] : ['each of these statuses', 'another setting'];
  const several =
    undecided.length === 1
      ? ''
      : ' Each setting below names every status that it could have: remove those that it must not.';
  return [
    {
      ...notUnderstood(
        'set',
        `Check first whether a token of ${these} works. If it works, use the first setting. Use ${others} only if it no longer works: otherwise the setting hides the expiry of a token in use.${several} ${undecided.map(describeReason).join(' ')}`,
      ),
      settings: choices,
    },
  ];
}

function postponedFindings(postponed: readonly StatusSuggestion[]): Finding[] {
  if (postponed.length === 0) return [];
  return [
    notUnderstood(
      'set',
      `Nothing yet for ${postponed.map(({ status }) => status.shown).join(', ')}: first correct the clock, then run this command again. Whether a token is past its expiry depends on the clock.`,
    ),
  ];
}

function unsettableFindings(suggestions: readonly StatusSuggestion[]): Finding[] {
  const hidden = suggestions.filter(({ status }) => !status.isWord).map(({ status }) => status.shown);
  if (hidden.length === 0) return [];
  return [
    notUnderstood(
      'report',
      `Report the status ${hidden.join(', ')}: it is hidden or not a name, so no setting is suggested.`,
    ),
  ];
}

/** A status that no token has shows neither whether such a token works nor that a setting is needed. */
function schemaOnlyFindings(statuses: readonly UnknownStatus[], settings: StatusSettings): Finding[] {
  if (statuses.length === 0) return [];
  const [these, them, one] = statuses.length === 1 ? ['this status', 'it', 'it'] : ['these statuses', 'them', 'one'];
  const shown = statuses.map((status) => status.shown).join(', ');
  return [
    notUnderstood(
      'report',
      `The schema has ${these} of no class, but no listed token does: ${shown}. Report ${them}, and set nothing until a token has ${one}. If that token works, the status belongs to --${settings.ACTIVE.flag}. Only if it no longer works, the status belongs to --${settings.EXPIRED.flag} or --${settings.REVOKED.flag}. Without a setting, the exporter assumes that such a token works.`,
    ),
  ];
}

function ofOnlyClass(suggestions: readonly StatusSuggestion[], statusClass: StatusClass): StatusSuggestion[] {
  return suggestions.filter(({ classes }) => classes.length === 1 && classes[0] === statusClass);
}

function describeReason({ status, reason }: StatusSuggestion): string {
  return `${status.shown}: ${reason}.`;
}

function settingText({ flag, variable, configured }: StatusSetting, added: readonly StatusSuggestion[]): SettingText {
  const words = [...configured, ...added.map(({ status }) => status.shown)].join(',');
  return { flag: `--${flag}=${words}`, variable: `${variable}=${words}` };
}
