/** A deliberate mistake in the rules, and the scenario that must detect it. */
interface RuleMutant {
  /** The alert or the numbered requirement (`rule 1` to `rule 8`) that the mistake breaks. */
  readonly breaks: string;
  readonly description: string;
  /** Replacements, applied in this order. */
  readonly edits: readonly RuleEdit[];
  readonly caughtBy: string;
}

interface RuleEdit {
  /** If set, only the first occurrence of `find` after this string is replaced, instead of all. */
  readonly after?: string;
  readonly find: string;
  readonly replacement: string;
}

/** Applies a mutant's edits. Throws if a string to replace is not found, so that no mutant becomes ineffective. */
export function mutate(rules: string, { description, edits }: RuleMutant): string {
  return edits.reduce((text, { after, find, replacement }) => {
    const from = after === undefined ? 0 : text.indexOf(after);
    const at = from < 0 ? -1 : text.indexOf(find, from);
    if (at < 0)
      throw new Error(
        `The mutant "${description}" cannot be applied: the rules do not contain ${JSON.stringify(after ?? find)}.`,
      );
    if (after === undefined) return text.replaceAll(find, () => replacement);
    return text.slice(0, at) + replacement + text.slice(at + find.length);
  }, rules);
}

function mutant(breaks: string, description: string, caughtBy: string, ...edits: RuleEdit[]): RuleMutant {
  return { breaks, description, caughtBy, edits };
}

/** Replaces all occurrences. */
function everywhere(find: string, replacement: string): RuleEdit {
  return { find, replacement };
}

/** Replaces one occurrence, in the recording rule of this name (without the prefix `pointone:`). */
function inRecordingRule(name: string, find: string, replacement: string): RuleEdit {
  return { after: `- record: pointone:${name}\n`, find, replacement };
}

/** Replaces one occurrence, in the first alert of this name. */
function inAlert(name: string, find: string, replacement: string): RuleEdit {
  return { after: `- alert: ${name}\n`, find, replacement };
}

function inLimit(name: string, find: string, replacement: string): RuleEdit {
  return inRecordingRule(`limit:${name}`, `vector(${find})`, `vector(${replacement})`);
}

const REPLICA = 'instance, pod, container, node';

const REQUIREMENT_MUTANTS: readonly RuleMutant[] = [
  mutant(
    'rule 1',
    'the warning fires a day late',
    '1 warning: a long-lived token at 14 days left',
    inLimit('warning_left_seconds', '14 * 86400', '13 * 86400'),
  ),
  mutant(
    'rule 1',
    'the warning share is larger',
    '1 warning: a token of 40 days at a quarter, not at 14 days left',
    inLimit('warning_lifetime_share', '0.25', '0.3'),
  ),
  mutant(
    'rule 1',
    'the page fires a day late',
    '1 critical: a long-lived token at 3 days left',
    inLimit('critical_left_seconds', '3 * 86400', '2 * 86400'),
  ),
  mutant(
    'rule 1',
    'the critical share is larger',
    '1 critical: a token of 20 days at a tenth, not at 3 days left',
    inLimit('critical_lifetime_share', '0.1', '0.2'),
  ),
  mutant(
    'rule 1',
    'no alert fires for a token of unknown lifetime',
    '1 lifetime unknown: the absolute limits decide alone',
    everywhere('pointone:token_usable:expiry_timestamp_seconds * 0 + ', 'pointone:token_lifetime_seconds * 0 + '),
  ),
  mutant(
    'rule 1',
    'a createdAt at the expiry is used',
    '1 a createdAt at or after the expiry is ignored',
    inRecordingRule('token_lifetime_seconds', '> 0)', '>= 0)'),
  ),
  mutant(
    'rule 1',
    'a createdAt in the future is used',
    '1 a createdAt more than 5 minutes ahead is ignored; one at most 5 minutes ahead is used',
    inLimit('created_ahead_seconds', '5 * 60', '10 * 60'),
  ),
  mutant(
    'rule 2',
    'the expiring alert continues after the expiry',
    '2 exactly one critical at every moment: expiring until the expiry, expired from it on',
    everywhere('(pointone:tokens_left_seconds > 0)', 'pointone:tokens_left_seconds'),
  ),
  mutant(
    'rule 2',
    'no alert fires at the moment of expiry',
    '2 exactly one critical at every moment: expiring until the expiry, expired from it on',
    inRecordingRule('tokens_expired_since:timestamp_seconds', '<= time())', '< time())'),
  ),
  mutant(
    'rule 2',
    'the status EXPIRED counts only with an expiry date',
    '2 EXPIRED without a usable successor is expired whatever the date says, or when there is none',
    everywhere('(pointone:token_state == 1) * 0 + time()', '(pointone:token_state == 3) * 0 + time()'),
  ),
  mutant(
    'rule 2',
    'a token that disappears just before its expiry counts as deleted',
    '2 a token that vanishes up to 10 minutes before its expiry has expired',
    inLimit('vanished_near_expiry_seconds', '10 * 60', '60'),
  ),
  mutant(
    'rule 2',
    'a token deleted long before its expiry counts as expired',
    '2 a token that vanishes 11 minutes before its expiry was deleted',
    inLimit('vanished_near_expiry_seconds', '10 * 60', '11 * 60'),
  ),
  mutant(
    'rule 2',
    'a revoked token that disappears counts as expired',
    '2 a token that vanishes at its expiry raises nothing when it was revoked or replaced',
    everywhere('(last_over_time(pointone:token_state[2h]) == 2)', '(last_over_time(pointone:token_state[2h]) == 3)'),
  ),
  mutant(
    'rule 2',
    'tokens that expired long ago fire a page',
    '2 installing the exporter does not page for history',
    inLimit('expired_critical_seconds', '14 * 86400', '140 * 86400'),
  ),
  mutant(
    'rule 2',
    'unlisted tokens are forgotten early',
    '2 expired is critical for 14 days, then info; a token that is no longer listed alerts for 28 days',
    inLimit('expired_unlisted_seconds', '28 * 86400', '21 * 86400'),
  ),
  mutant(
    'rule 2',
    'an alert fires for a token that disappeared once, although it was listed again',
    '2 a token that had vanished is listed again, revoked then, and deleted',
    inRecordingRule(
      'token_expired_unlisted:expiry_timestamp_seconds',
      'token_listed:timestamp_seconds) * 0',
      'token_listed:timestamp_seconds) > 1e12',
    ),
  ),
  mutant(
    'rule 2',
    'the status EXPIRED without a date counts as new at every evaluation',
    '2 expired is critical for 14 days, then info; a token that is no longer listed alerts for 28 days',
    inRecordingRule('token_expired_since:timestamp_seconds', '[2h]', '[30s]'),
  ),
  mutant(
    'rule 2',
    'a token with an early status EXPIRED counts as its own successor',
    '2 the status turns EXPIRED before the date has passed, or after',
    inRecordingRule('tokens_until:timestamp_seconds', '(pointone:token_state > 0)', '(pointone:token_state > 1)'),
  ),
  mutant(
    'rule 3',
    'the most urgent token of a name counts',
    '3 the successor of an expiring token ends its alerts',
    inRecordingRule('tokens_critical_from:timestamp_seconds', 'max without', 'min without'),
  ),
  mutant(
    'rule 3',
    'a token of another role is a successor',
    '3 a token of another account, name or role is not a successor',
    everywhere('without (created_at)', 'without (created_at, role)'),
  ),
  mutant(
    'rule 3',
    'revoked tokens count as usable',
    '3 a revoked token raises nothing, expiring or expired',
    inRecordingRule('token_usable:expiry_timestamp_seconds', '> 0)', '== 1)'),
  ),
  mutant(
    'rule 3',
    'unknown statuses count as inactive',
    '3 a token of unknown status alerts itself',
    inRecordingRule('token_state', 'status="EXPIRED"', 'status!~"ACTIVE|REVOKED"'),
  ),
  mutant(
    'rule 3',
    'a successor of unknown expiry replaces nothing',
    '3 a usable successor of unknown expiry covers an expired token, but not an expiring one',
    inRecordingRule('tokens_expired_since:timestamp_seconds', 'pointone:token_open[5m]', 'pointone:none[5m]'),
  ),
  mutant(
    'rule 3',
    'one incomplete list fires a page',
    '3 one odd list without the successor does not page',
    everywhere('[5m]', '[30s]'),
  ),
  mutant(
    'rule 3',
    'a deleted successor counts for too long',
    '3 lists without the successor page once cover is missing for five minutes',
    everywhere('[5m]', '[9m]'),
  ),
  mutant(
    'rule 4',
    'an outage resolves the alerts',
    '4 the API is down: expiry alerts carry on, and come when they are due',
    inRecordingRule('token_expiry:timestamp_seconds', '[2h]', '[30s]'),
  ),
  mutant(
    'rule 4',
    'a missing target resolves the alerts',
    '4 the exporter is gone: expiry alerts carry on, and come when they are due',
    inRecordingRule(
      'account_read:timestamp_seconds',
      'last_over_time(pointone:account_read',
      '(pointone_up == 0) and last_over_time(pointone:account_read',
    ),
  ),
  mutant(
    'rule 4',
    'deletion does not resolve the alerts',
    '4 a token deleted long before its expiry resolves as soon as a list without it was read',
    inRecordingRule('token_listed:timestamp_seconds', '== ignoring', '<= ignoring'),
    inRecordingRule(
      'token_expiry:timestamp_seconds',
      'unless ignoring (name, exported_name, role, exported_role, created_at) (pointone:account_up == 1)',
      '',
    ),
  ),
  mutant(
    'rule 4',
    'the last list is forgotten early',
    '4 the API is down for eight days: seven days of memory, then silence, then what is true',
    inLimit('memory_seconds', '7 * 86400', '6 * 86400'),
  ),
  mutant(
    'rule 4',
    'the last list is used for too long',
    '4 the exporter is down for eight days: seven days of memory, then silence, then what is true',
    inLimit('memory_seconds', '7 * 86400', '9 * 86400'),
  ),
  mutant(
    'rule 4',
    'a removed account keeps its alerts',
    '4 an account removed from the configuration while the exporter is up resolves',
    everywhere('(up == 1)', '(up == 2)'),
  ),
  mutant(
    'rule 4',
    'an account removed from discovery keeps its alerts',
    '4 an account removed from what the exporter offers for discovery resolves',
    everywhere('.+@.+', '.+@@.+'),
  ),
  mutant(
    'rule 4',
    'a target that is down counts as removed',
    '4 one account of those discovered cannot be scraped: it does not count as removed',
    everywhere(
      'unless ignoring (account, exported_account) up',
      'unless ignoring (account, exported_account) (up == 1)',
    ),
  ),
  mutant(
    'rule 4',
    'alerts of a removed account fire again after a restart',
    '4 an exporter restarted soon after an account was removed resurrects nothing',
    everywhere('pointone:account_removed * 0', '(pointone:account_removed > 1)'),
  ),
  mutant(
    'rule 4',
    'every failed scrape resolves the alerts',
    '4 nothing flaps when every other scrape of the exporter fails',
    inRecordingRule('token_listed:timestamp_seconds', '[2h]', '[30s]'),
  ),
  mutant(
    'rule 4',
    'an account removed during a long outage keeps its alerts',
    '4 an account removed while the exporter was down for hours resolves once it is up',
    inRecordingRule('account_removed', '(last_over_time(pointone_up[2h]))', '(last_over_time(pointone_up[3d]))'),
  ),
  mutant(
    'rule 4',
    'accounts of an exporter that moves to another host count as removed',
    '4 an exporter discovered account by account moves to another host, its accounts scraped one after the other',
    inRecordingRule(
      'account_removed',
      '(instance, pod, container, node, account, exported_account)',
      '(instance, pod, container, node, account, exported_account, pointone_host)',
    ),
  ),
  mutant(
    'rule 4',
    'the expiry of an earlier credential is remembered',
    '6 PointOneCredentialExpiringSoon: an earlier credential is not remembered once the exporter showed another without expiry',
    inRecordingRule('credential_expiry:timestamp_seconds', '(pointone_up)) * 0', '(pointone_up)) > 1e12'),
  ),
  mutant(
    'rule 4',
    'a removed account counts as unreadable by one replica',
    '4 an account that could not be read is removed from the configuration',
    everywhere('          and pointone:account_up\n        for: 15m', '        for: 15m'),
  ),
  mutant(
    'rule 4',
    'an earlier unknown status is remembered',
    '3 a status that was unknown once is not remembered in a later outage',
    inRecordingRule('token_status_unknown', '(pointone_token_expiry_known) * 0', '(pointone_token_expiry_known) > 1'),
  ),
  mutant(
    'rule 4',
    'low-severity alerts need uninterrupted successful fetches',
    '4 low-severity alerts fire and do not flap when every other fetch of the API fails',
    everywhere('[10m]) ', '[30s]) '),
  ),
  mutant(
    'rule 5',
    'each pod fires a separate page',
    '5 replicas do not page twice, and every other target label survives',
    everywhere(REPLICA, 'instance, container, node'),
  ),
  mutant(
    'rule 5',
    'a target label is lost',
    '5 replicas do not page twice, and every other target label survives',
    everywhere(REPLICA, `${REPLICA}, team`),
  ),
  mutant(
    'rule 5',
    'joins mix environments',
    '5 accounts of the same name in two environments are kept apart',
    everywhere('unless ignoring (name, exported_name, role, exported_role, created_at) (', 'unless on (account) ('),
  ),
  mutant(
    'rule 5',
    'a removed account of a target with the label account is carried on',
    '5 a target label account: an account removed while the exporter is up resolves, and the exporter is not down',
    everywhere('ignoring (account, exported_account)', 'ignoring (account)'),
  ),
  mutant(
    'rule 5',
    'a removed account of a target with the label account is an exporter that is down',
    '5 a target label account: an account removed while the exporter is up resolves, and the exporter is not down',
    inRecordingRule('exporter_seen:timestamp_seconds', 'account, exported_account)', 'account)'),
  ),
  mutant(
    'rule 5',
    'a target with the labels name and role has no memory',
    '5 target labels account, name and role: the API is down, and a token is deleted meanwhile',
    everywhere('(name, exported_name, role, exported_role, created_at)', '(name, role, created_at)'),
  ),
  mutant(
    'rule 5',
    'an expected token of a target with the labels name and role has no memory',
    '5 target labels account, name and role: the API is down, and a token is deleted meanwhile',
    everywhere('(name, exported_name, role, exported_role)', '(name, role)'),
  ),
  mutant(
    'rule 5',
    'a target with the label account is two exporters',
    '5 a target label account and honor_labels: the exporter is down: one page',
    inRecordingRule('exporter_seen:timestamp_seconds', 'account, exported_account, version', 'version'),
  ),
  mutant(
    'rule 5',
    'an upgrade of a target with the label version is an exporter that is down',
    '5 target labels version and revision: the exporter is upgraded',
    inRecordingRule('exporter_seen:timestamp_seconds', 'exported_version, ', ''),
  ),
  mutant(
    'rule 5',
    'a target with the label host has no removed account',
    '5 a target label account for each account that is discovered: a removed account resolves, and the exporter is not down',
    everywhere('pointone_host', 'host'),
  ),
  mutant(
    'rule 6',
    'a success ratio of one half is enough',
    '6 PointOneScrapeFailing: half of all fetches of the API fail',
    inLimit('success_ratio', '0.6', '0.4'),
  ),
  mutant(
    'rule 6',
    'a constant pointone_up counts as current for too long',
    '6 PointOneScrapeFailing: pointone_up is frozen at 1, and the last success is an hour old',
    inLimit('success_age_seconds', '3600', '7200'),
  ),
  mutant(
    'rule 7',
    'an unknown expiry fires a page',
    '7 PointOneTokenExpiryUnknown: only usable tokens, two of one name in one alert',
    inAlert('PointOneTokenExpiryUnknown', 'severity: info', 'severity: critical'),
  ),
  mutant(
    'rule 8',
    'a page that must fire within 5 minutes is delayed',
    '2 exactly one critical at every moment: expiring until the expiry, expired from it on',
    inAlert('PointOneTokenExpired', 'labels:', 'for: 10m\n        labels:'),
  ),
  mutant(
    'rule 8',
    'durations are formatted in seconds',
    '8 text of PointOneTokenExpiringSoon',
    everywhere('$value | humanizeDuration', '$value'),
  ),
];

const ALERT_MUTANTS: readonly RuleMutant[] = [
  mutant(
    'PointOneTokenExpiringSoon',
    'the alert is critical from the warning limit on',
    '1 critical: a long-lived token at 3 days left',
    inAlert(
      'PointOneTokenExpiringSoon',
      'pointone:tokens_critical_from:timestamp_seconds',
      'pointone:tokens_warning_from:timestamp_seconds',
    ),
  ),
  mutant(
    'PointOneTokenExpired',
    'a listed token with a past date is expired even if it has a successor',
    '3 rotation with overlap raises nothing, before, at and after the expiry',
    inRecordingRule('tokens_expired_since:timestamp_seconds', '> time())', '> time() + 86400 * 1000)'),
  ),
  mutant(
    'PointOneExpectedTokenMissing',
    'the alert fires a minute early',
    'PointOneExpectedTokenMissing: 15 minutes, until it is there',
    inAlert('PointOneExpectedTokenMissing', 'for: 15m', 'for: 14m'),
  ),
  mutant(
    'PointOneExpectedTokenMissing',
    'an outage resolves the alerts',
    '4 the API is down: missing-token alerts carry on, and come when they are due',
    inRecordingRule('expected_token_present', '[2h]', '[30s]'),
  ),
  mutant(
    'PointOneCredentialRejected',
    'the reason forbidden is missing',
    '6 PointOneCredentialRejected: every kind of rejection, after 5 minutes, until the credential is accepted',
    everywhere('unauthenticated|forbidden|credential', 'unauthenticated|credential'),
  ),
  mutant(
    'PointOneCredentialRejected',
    'one rejection among many other failures fires the alert',
    '6 PointOneCredentialRejected: does not fire for other reasons, one rejection among other failures, or every other scrape',
    inAlert('PointOneCredentialRejected', '>= sum without', '>= 0 * sum without'),
  ),
  mutant(
    'PointOneCredentialRejected',
    'the alert fires a minute early',
    '6 PointOneCredentialRejected: every kind of rejection, after 5 minutes, until the credential is accepted',
    inAlert('PointOneCredentialRejected', 'for: 5m', 'for: 4m'),
  ),
  mutant(
    'PointOneCredentialRejected',
    'only a growing counter counts',
    '6 PointOneCredentialRejected: one-shot use, refused from the start',
    everywhere('avg_over_time(pointone_failure_reason', 'increase(pointone_scrape_errors_total'),
  ),
  mutant(
    'PointOneCredentialRejected',
    'one run that times out ends the page',
    '6 PointOneCredentialRejected: one-shot use, refused later, until the credential is accepted',
    inAlert('PointOneCredentialRejected', '[10m]', '[2m]'),
    inAlert('PointOneCredentialRejected', '[10m]', '[2m]'),
  ),
  mutant(
    'PointOneCredentialRejected',
    'a credential that was accepted pages on',
    '6 PointOneCredentialRejected: one-shot use, refused later, until the credential is accepted',
    inAlert('PointOneCredentialRejected', 'unless (pointone:account_up == 1)\n', '\n'),
  ),
  mutant(
    'PointOneCredentialRejected',
    'an account that was removed pages on',
    '6 PointOneCredentialRejected: the account is removed from the configuration',
    inAlert('PointOneCredentialRejected', 'unless pointone:account_removed\n', '\n'),
  ),
  mutant(
    'PointOneCredentialRejected',
    'a failed scrape of the exporter starts the five minutes again',
    '6 PointOneCredentialRejected: refused from the start, while every other scrape of the exporter fails',
    inAlert('PointOneCredentialRejected', 'unless (pointone:account_up == 1)', 'and (pointone:account_up == 0)'),
  ),
  mutant(
    'PointOneCredentialExpiringSoon',
    'an outage resolves the alerts',
    '6 PointOneCredentialExpiringSoon: carries on while the exporter is down, and ends with a new credential',
    inRecordingRule('credential_expiry:timestamp_seconds', '[2h]', '[30s]'),
  ),
  mutant(
    'PointOneCredentialExpiringSoon',
    "the later of the replicas' credentials counts",
    '6 PointOneCredentialExpiringSoon: replicas with credentials of their own, the sooner counts',
    inRecordingRule('credential_expiry:timestamp_seconds', 'min without', 'max without'),
  ),
  mutant(
    'PointOneScrapeFailing',
    'the alert fires a minute late',
    '6 PointOneScrapeFailing: no replica reads the account, 10 minutes',
    inAlert('PointOneScrapeFailing', 'for: 10m', 'for: 11m'),
  ),
  mutant(
    'PointOneScrapeFailing',
    'the critical alert fires an hour late',
    '6 PointOneScrapeFailing: critical after twelve hours, and only then',
    inAlert('PointOneScrapeFailing', 'for: 12h', 'for: 13h'),
  ),
  mutant(
    'PointOneScrapeFailing',
    'the alert on one replica fires if both replicas fail',
    '6 PointOneScrapeFailing info: does not fire if both replicas are blind',
    everywhere('unless pointone:account_blind', 'unless (pointone:account_blind > 1)'),
  ),
  mutant(
    'PointOneExporterDown',
    'the alert fires a minute late',
    '6 PointOneExporterDown: the exporter is down for 15 minutes',
    inAlert('PointOneExporterDown', 'for: 15m', 'for: 16m'),
  ),
  mutant(
    'PointOneExporterDown',
    'an exporter without accounts counts as missing',
    '6 PointOneExporterDown: an exporter scraped by /metrics alone is healthy, and is upgraded',
    everywhere(' and absent(pointone_exporter_build_info)) unless on () pointone:exporter_seen:timestamp_seconds', ')'),
  ),
  mutant(
    'PointOneExporterDown',
    'an exporter scraped only by /probe counts as missing',
    '6 PointOneExporterDown: an exporter scraped by /probe alone is healthy',
    everywhere(
      '(absent(pointone_up) and absent(pointone_exporter_build_info)) unless on () pointone:exporter_seen:timestamp_seconds',
      'absent(pointone_exporter_build_info)',
    ),
  ),
  mutant(
    'PointOneExporterDown',
    'an upgrade counts as an outage',
    '6 PointOneExporterDown: an exporter scraped by /metrics alone is healthy, and is upgraded',
    inRecordingRule('exporter_seen:timestamp_seconds', ', version', ''),
  ),
  mutant(
    'PointOneExporterDown',
    'no alert fires if no exporter was ever scraped',
    '6 PointOneExporterDown: no exporter at all, ever',
    everywhere('absent(pointone_up)', 'absent(up == 2) > 1'),
  ),
  mutant(
    'PointOneTokenListEmpty',
    'a list with one token counts as empty',
    '7 PointOneTokenListEmpty: 15 minutes, until there is a token',
    inAlert('PointOneTokenListEmpty', '== 0', '<= 1'),
  ),
  mutant(
    'PointOneTokenExpiryUnknown',
    'inactive tokens count',
    '7 PointOneTokenExpiryUnknown: only usable tokens, two of one name in one alert',
    inRecordingRule('token_open', '> 0)', '> 2)'),
  ),
  mutant(
    'PointOneTokenStatusUnknown',
    'the severity is always info',
    '3 a token of unknown status that covers others alerts as a warning',
    inAlert('PointOneTokenStatusUnknown', 'unless\n', 'or\n'),
  ),
  mutant(
    'PointOneTokenStatusContradiction',
    'the status ACTIVE is not checked',
    '7 PointOneTokenStatusContradiction: ACTIVE over an hour past',
    inAlert('PointOneTokenStatusContradiction', 'status="ACTIVE"', 'status="NONE"'),
  ),
  mutant(
    'PointOneTokenStatusContradiction',
    'the status EXPIRED is not checked',
    '7 PointOneTokenStatusContradiction: EXPIRED with over an hour left',
    inAlert('PointOneTokenStatusContradiction', 'status="EXPIRED"', 'status="NONE"'),
  ),
  mutant(
    'PointOneTokenStatusContradiction',
    'half an hour counts as a contradiction',
    '7 PointOneTokenStatusContradiction: ACTIVE over an hour past',
    inLimit('contradiction_seconds', '3600', '1800'),
  ),
  mutant(
    'PointOneTokenFieldUnreadable',
    'two unreadable fields do not count',
    '7 PointOneTokenFieldUnreadable: 15 minutes, each field separately',
    inAlert('PointOneTokenFieldUnreadable', '> 0', '> 2'),
  ),
  mutant(
    'PointOneDuplicateTokens',
    'one duplicate does not count',
    '7 PointOneDuplicateTokens: 15 minutes',
    inAlert('PointOneDuplicateTokens', '> 0', '> 1'),
  ),
  mutant(
    'PointOneTokenNameShared',
    'two tokens count as a shared name',
    '7 PointOneTokenNameShared: three usable tokens, not two',
    inLimit('shared_tokens', '3', '2'),
  ),
  mutant(
    'PointOneTokenNameShared',
    'inactive tokens count',
    '7 PointOneTokenNameShared: three usable tokens, not two',
    inAlert('PointOneTokenNameShared', '> 0)', '> 2)'),
  ),
  mutant(
    'PointOneClockSkew',
    'a clock that is behind is accepted',
    '7 PointOneClockSkew: over 5 minutes either way, for 15 minutes',
    inAlert('PointOneClockSkew', 'abs(', '('),
  ),
  mutant(
    'PointOneClockSkew',
    'a skew of less than five minutes fires the alert',
    '7 PointOneClockSkew: over 5 minutes either way, for 15 minutes',
    inLimit('clock_skew_seconds', '5 * 60', '4 * 60'),
  ),
];

export const RULE_MUTANTS: readonly RuleMutant[] = [...REQUIREMENT_MUTANTS, ...ALERT_MUTANTS];
