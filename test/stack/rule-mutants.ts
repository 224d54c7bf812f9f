/** A deliberate mistake in the rules, and the scenario that must detect it. */
interface RuleMutant {
  /** The alert or the numbered requirement (`requirement 1` to `requirement 8`) that the mistake breaks. */
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
    'requirement 1',
    'the warning fires a day late',
    '1 the warning for a long-lived token fires when less than 14 days are left',
    inLimit('warning_left_seconds', '14 * 86400', '13 * 86400'),
  ),
  mutant(
    'requirement 1',
    'the warning share is larger',
    '1 the warning for a token with a lifetime of 40 days fires when less than a quarter of it is left, not at 14 days',
    inLimit('warning_lifetime_share', '0.25', '0.3'),
  ),
  mutant(
    'requirement 1',
    'the page fires a day late',
    '1 the critical alert for a long-lived token fires when less than 3 days are left',
    inLimit('critical_left_seconds', '3 * 86400', '2 * 86400'),
  ),
  mutant(
    'requirement 1',
    'the critical share is larger',
    '1 the critical alert for a token with a lifetime of 20 days fires when less than a tenth of it is left, not at 3 days',
    inLimit('critical_lifetime_share', '0.1', '0.2'),
  ),
  mutant(
    'requirement 1',
    'no alert fires for a token of unknown lifetime',
    '1 only the absolute limits apply if the lifetime is unknown',
    everywhere('pointone:token_usable:expiry_timestamp_seconds * 0 + ', 'pointone:token_lifetime_seconds * 0 + '),
  ),
  mutant(
    'requirement 1',
    'a createdAt at the expiry is used',
    '1 a createdAt at or after the expiry is ignored',
    inRecordingRule('token_lifetime_seconds', '> 0)', '>= 0)'),
  ),
  mutant(
    'requirement 1',
    'a createdAt in the future is used',
    '1 a createdAt more than 5 minutes ahead is ignored; one at most 5 minutes ahead is used',
    inLimit('created_ahead_seconds', '5 * 60', '10 * 60'),
  ),
  mutant(
    'requirement 2',
    'the expiring alert continues after the expiry',
    '2 exactly one critical alert fires at any time: PointOneTokenExpiringSoon before the expiry, PointOneTokenExpired from then on',
    everywhere('(pointone:tokens_left_seconds > 0)', 'pointone:tokens_left_seconds'),
  ),
  mutant(
    'requirement 2',
    'no alert fires at the moment of expiry',
    '2 exactly one critical alert fires at any time: PointOneTokenExpiringSoon before the expiry, PointOneTokenExpired from then on',
    inRecordingRule('tokens_expired_since:timestamp_seconds', '<= time())', '< time())'),
  ),
  mutant(
    'requirement 2',
    'the status EXPIRED counts only with an expiry date',
    '2 PointOneTokenExpired fires for an EXPIRED token without a usable successor if its expiry is past, future or unknown',
    everywhere('(pointone:token_state == 1) * 0 + time()', '(pointone:token_state == 3) * 0 + time()'),
  ),
  mutant(
    'requirement 2',
    'a token that disappears just before its expiry counts as deleted',
    '2 a token that leaves the list 10 minutes before its expiry counts as expired from its expiry on',
    inLimit('vanished_near_expiry_seconds', '10 * 60', '60'),
  ),
  mutant(
    'requirement 2',
    'a token deleted long before its expiry counts as expired',
    '2 a token that leaves the list 11 minutes before its expiry counts as deleted',
    inLimit('vanished_near_expiry_seconds', '10 * 60', '11 * 60'),
  ),
  mutant(
    'requirement 2',
    'a revoked token that disappears counts as expired',
    '2 no alert fires for a token that leaves the list at its expiry if it was revoked or has a successor',
    everywhere('(last_over_time(pointone:token_state[2h]) == 2)', '(last_over_time(pointone:token_state[2h]) == 3)'),
  ),
  mutant(
    'requirement 2',
    'tokens that expired long ago fire a page',
    '2 PointOneTokenExpired is info, not critical, for a token that expired long before the exporter was installed',
    inLimit('expired_critical_seconds', '14 * 86400', '140 * 86400'),
  ),
  mutant(
    'requirement 2',
    'unlisted tokens are forgotten early',
    '2 PointOneTokenExpired is critical for 14 days, then info, and ends after 28 days if the token is no longer listed',
    inLimit('expired_unlisted_seconds', '28 * 86400', '21 * 86400'),
  ),
  mutant(
    'requirement 2',
    'an alert fires for a token that disappeared once, although it was listed again',
    '2 PointOneTokenExpired does not fire again after an expired token is listed again, revoked and deleted',
    inRecordingRule(
      'token_expired_unlisted:expiry_timestamp_seconds',
      'token_listed:timestamp_seconds) * 0',
      'token_listed:timestamp_seconds) > 1e12',
    ),
  ),
  mutant(
    'requirement 2',
    'the status EXPIRED without a date counts as new at every evaluation',
    '2 PointOneTokenExpired is critical for 14 days, then info, and ends after 28 days if the token is no longer listed',
    inRecordingRule('token_expired_since:timestamp_seconds', '[2h]', '[30s]'),
  ),
  mutant(
    'requirement 2',
    'a token with an early status EXPIRED counts as its own successor',
    '2 PointOneTokenExpired fires as soon as the status is EXPIRED or the expiry has passed',
    inRecordingRule('tokens_until:timestamp_seconds', '(pointone:token_state > 0)', '(pointone:token_state > 1)'),
  ),
  mutant(
    'requirement 3',
    'the most urgent token of a name counts',
    '3 the alerts of a token that expires soon resolve when its successor is listed',
    inRecordingRule('tokens_critical_from:timestamp_seconds', 'max without', 'min without'),
  ),
  mutant(
    'requirement 3',
    'a token of another role is a successor',
    '3 a token of another account, name or role is not a successor',
    everywhere('without (created_at)', 'without (created_at, role)'),
  ),
  mutant(
    'requirement 3',
    'revoked tokens count as usable',
    '3 no alert fires for a revoked token before, at or after its expiry',
    inRecordingRule('token_usable:expiry_timestamp_seconds', '> 0)', '== 1)'),
  ),
  mutant(
    'requirement 3',
    'unknown statuses count as inactive',
    '3 expiry alerts fire for a token whose status is unknown',
    inRecordingRule('token_state', 'status="EXPIRED"', 'status!~"ACTIVE|REVOKED"'),
  ),
  mutant(
    'requirement 3',
    'a successor of unknown expiry replaces nothing',
    '3 a usable successor of unknown expiry suppresses PointOneTokenExpired, but not PointOneTokenExpiringSoon',
    inRecordingRule('tokens_expired_since:timestamp_seconds', 'pointone:token_open[5m]', 'pointone:none[5m]'),
  ),
  mutant(
    'requirement 3',
    'one incomplete list fires a page',
    '3 no expiry alert fires for a single list without the successor',
    everywhere('[5m]', '[30s]'),
  ),
  mutant(
    'requirement 3',
    'a deleted successor counts for too long',
    '3 expiry alerts fire once the successor has been missing from the lists for five minutes',
    everywhere('[5m]', '[9m]'),
  ),
  mutant(
    'requirement 4',
    'an outage resolves the alerts',
    '4 expiry alerts keep firing, and new ones fire on time, while the API is down',
    inRecordingRule('token_expiry:timestamp_seconds', '[2h]', '[30s]'),
  ),
  mutant(
    'requirement 4',
    'a missing target resolves the alerts',
    '4 expiry alerts keep firing, and new ones fire on time, while the target of the exporter is gone',
    inRecordingRule(
      'account_read:timestamp_seconds',
      'last_over_time(pointone:account_read',
      '(pointone_up == 0) and last_over_time(pointone:account_read',
    ),
  ),
  mutant(
    'requirement 4',
    'deletion does not resolve the alerts',
    '4 the alerts of a deleted token resolve with the first list that does not contain it',
    inRecordingRule('token_listed:timestamp_seconds', '== ignoring', '<= ignoring'),
    inRecordingRule(
      'token_expiry:timestamp_seconds',
      'unless ignoring (name, exported_name, role, exported_role, created_at) (pointone:account_up == 1)',
      '',
    ),
  ),
  mutant(
    'requirement 4',
    'the last list is forgotten early',
    '4 if the API is down for eight days, token alerts end after seven days and fire again after the outage',
    inLimit('memory_seconds', '7 * 86400', '6 * 86400'),
  ),
  mutant(
    'requirement 4',
    'the last list is used for too long',
    '4 if the exporter is down for eight days, token alerts end after seven days and fire again after the outage',
    inLimit('memory_seconds', '7 * 86400', '9 * 86400'),
  ),
  mutant(
    'requirement 4',
    'a removed account keeps its alerts',
    '4 the alerts of an account resolve when it is removed from the configuration while the exporter is up',
    everywhere('(up == 1)', '(up == 2)'),
  ),
  mutant(
    'requirement 4',
    'an account removed from discovery keeps its alerts',
    '4 the alerts of an account resolve when service discovery no longer offers it',
    everywhere('.+@.+', '.+@@.+'),
  ),
  mutant(
    'requirement 4',
    'a target that is down counts as removed',
    '4 an account does not count as removed if its own target, one of several, cannot be scraped',
    everywhere(
      'unless ignoring (account, exported_account) up',
      'unless ignoring (account, exported_account) (up == 1)',
    ),
  ),
  mutant(
    'requirement 4',
    'alerts of a removed account fire again after a restart',
    '4 the alerts of a removed account do not fire again when the exporter restarts',
    everywhere('pointone:account_removed * 0', '(pointone:account_removed > 1)'),
  ),
  mutant(
    'requirement 4',
    'every failed scrape resolves the alerts',
    '4 token and account alerts do not flap when every other scrape of the exporter fails',
    inRecordingRule('token_listed:timestamp_seconds', '[2h]', '[30s]'),
  ),
  mutant(
    'requirement 4',
    'an account removed during a long outage keeps its alerts',
    '4 the alerts of an account that is removed while the exporter is down for hours resolve once the exporter is up',
    inRecordingRule('account_removed', '(last_over_time(pointone_up[2h]))', '(last_over_time(pointone_up[3d]))'),
  ),
  mutant(
    'requirement 4',
    'accounts of an exporter that moves to another host count as removed',
    '4 no account counts as removed while an exporter with one target for each account moves to another host',
    inRecordingRule(
      'account_removed',
      '(instance, pod, container, node, account, exported_account)',
      '(instance, pod, container, node, account, exported_account, pointone_host)',
    ),
  ),
  mutant(
    'requirement 4',
    'the expiry of an earlier credential is remembered',
    '6 PointOneCredentialExpiringSoon does not fire in an outage for a credential that was replaced by one without a readable expiry',
    inRecordingRule('credential_expiry:timestamp_seconds', '(pointone_up)) * 0', '(pointone_up)) > 1e12'),
  ),
  mutant(
    'requirement 4',
    'a removed account counts as unreadable by one replica',
    '4 the alerts of an account that cannot be read resolve when it is removed from the configuration',
    everywhere('          and pointone:account_up\n        for: 15m', '        for: 15m'),
  ),
  mutant(
    'requirement 4',
    'an earlier unknown status is remembered',
    '3 PointOneTokenStatusUnknown does not fire during an outage if the last known status is valid',
    inRecordingRule('token_status_unknown', '(pointone_token_expiry_known) * 0', '(pointone_token_expiry_known) > 1'),
  ),
  mutant(
    'requirement 4',
    'low-severity alerts need uninterrupted successful fetches',
    '4 data-quality alerts fire and do not flap when every other fetch of the API fails',
    everywhere('[10m]) ', '[30s]) '),
  ),
  mutant(
    'requirement 5',
    'each pod fires a separate page',
    '5 two replicas fire each alert once, and alerts keep every other target label',
    everywhere(REPLICA, 'instance, container, node'),
  ),
  mutant(
    'requirement 5',
    'a target label is lost',
    '5 two replicas fire each alert once, and alerts keep every other target label',
    everywhere(REPLICA, `${REPLICA}, team`),
  ),
  mutant(
    'requirement 5',
    'joins mix environments',
    '5 accounts of the same name in two environments do not affect each other',
    everywhere('unless ignoring (name, exported_name, role, exported_role, created_at) (', 'unless on (account) ('),
  ),
  mutant(
    'requirement 5',
    'a removed account of a target with the label account is carried on',
    '5 with a target label account, the alerts of a removed account resolve, and PointOneExporterDown does not fire',
    everywhere('ignoring (account, exported_account)', 'ignoring (account)'),
  ),
  mutant(
    'requirement 5',
    'a removed account of a target with the label account is an exporter that is down',
    '5 with a target label account, the alerts of a removed account resolve, and PointOneExporterDown does not fire',
    inRecordingRule('exporter_seen:timestamp_seconds', 'account, exported_account)', 'account)'),
  ),
  mutant(
    'requirement 5',
    'a target with the labels name and role has no memory',
    '5 with target labels account, name and role, alerts keep firing while the API is down, and those of a token deleted meanwhile resolve',
    everywhere('(name, exported_name, role, exported_role, created_at)', '(name, role, created_at)'),
  ),
  mutant(
    'requirement 5',
    'an expected token of a target with the labels name and role has no memory',
    '5 with target labels account, name and role, alerts keep firing while the API is down, and those of a token deleted meanwhile resolve',
    everywhere('(name, exported_name, role, exported_role)', '(name, role)'),
  ),
  mutant(
    'requirement 5',
    'a target with the label account is two exporters',
    '5 with a target label account and honor_labels, PointOneExporterDown fires once for an exporter with two accounts',
    inRecordingRule('exporter_seen:timestamp_seconds', 'account, exported_account, version', 'version'),
  ),
  mutant(
    'requirement 5',
    'an upgrade of a target with the label version is an exporter that is down',
    '5 with target labels version and revision, no alert fires when the exporter is upgraded',
    inRecordingRule('exporter_seen:timestamp_seconds', 'exported_version, ', ''),
  ),
  mutant(
    'requirement 5',
    'a target with the label host has no removed account',
    '5 with a target label account and one target for each account, the alerts of a removed account resolve, and PointOneExporterDown does not fire',
    everywhere('pointone_host', 'host'),
  ),
  mutant(
    'requirement 6',
    'a success ratio of one half is enough',
    '6 PointOneScrapeFailing fires if half of all fetches of the API fail',
    inLimit('success_ratio', '0.6', '0.4'),
  ),
  mutant(
    'requirement 6',
    'a constant pointone_up counts as current for too long',
    '6 PointOneScrapeFailing fires if the last success is more than an hour old, even if pointone_up is 1',
    inLimit('success_age_seconds', '3600', '7200'),
  ),
  mutant(
    'requirement 7',
    'an unknown expiry fires a page',
    '7 PointOneTokenExpiryUnknown fires only for usable tokens, and once for two tokens of the same name',
    inAlert('PointOneTokenExpiryUnknown', 'severity: info', 'severity: critical'),
  ),
  mutant(
    'requirement 8',
    'a page that must fire within 5 minutes is delayed',
    '2 exactly one critical alert fires at any time: PointOneTokenExpiringSoon before the expiry, PointOneTokenExpired from then on',
    inAlert('PointOneTokenExpired', 'labels:', 'for: 10m\n        labels:'),
  ),
  mutant(
    'requirement 8',
    'durations are formatted in seconds',
    '8 PointOneTokenExpiringSoon has the expected annotations',
    everywhere('$value | humanizeDuration', '$value'),
  ),
];

const ALERT_MUTANTS: readonly RuleMutant[] = [
  mutant(
    'PointOneTokenExpiringSoon',
    'the alert is critical from the warning limit on',
    '1 the critical alert for a long-lived token fires when less than 3 days are left',
    inAlert(
      'PointOneTokenExpiringSoon',
      'pointone:tokens_critical_from:timestamp_seconds',
      'pointone:tokens_warning_from:timestamp_seconds',
    ),
  ),
  mutant(
    'PointOneTokenExpired',
    'a listed token with a past date is expired even if it has a successor',
    '3 no alert fires before, at or after the expiry of a token that has a successor',
    inRecordingRule('tokens_expired_since:timestamp_seconds', '> time())', '> time() + 86400 * 1000)'),
  ),
  mutant(
    'PointOneExpectedTokenMissing',
    'the alert fires a minute early',
    'PointOneExpectedTokenMissing fires after 15 minutes and resolves when the token is listed',
    inAlert('PointOneExpectedTokenMissing', 'for: 15m', 'for: 14m'),
  ),
  mutant(
    'PointOneExpectedTokenMissing',
    'an outage resolves the alerts',
    '4 PointOneExpectedTokenMissing fires on time and keeps firing while the API is down',
    inRecordingRule('expected_token_present', '[2h]', '[30s]'),
  ),
  mutant(
    'PointOneCredentialRejected',
    'the reason forbidden is missing',
    '6 PointOneCredentialRejected fires after 5 minutes of any kind of rejection and resolves when the credential is accepted',
    everywhere('unauthenticated|forbidden|credential', 'unauthenticated|credential'),
  ),
  mutant(
    'PointOneCredentialRejected',
    'one rejection among many other failures fires the alert',
    '6 PointOneCredentialRejected does not fire for other failures, for one rejection among them, or if every other scrape succeeds',
    inAlert('PointOneCredentialRejected', '>= sum without', '>= 0 * sum without'),
  ),
  mutant(
    'PointOneCredentialRejected',
    'the alert fires a minute early',
    '6 PointOneCredentialRejected fires after 5 minutes of any kind of rejection and resolves when the credential is accepted',
    inAlert('PointOneCredentialRejected', 'for: 5m', 'for: 4m'),
  ),
  mutant(
    'PointOneCredentialRejected',
    'only a growing counter counts',
    '6 PointOneCredentialRejected fires in one-shot use if the credential is rejected from the start',
    everywhere('avg_over_time(pointone_failure_reason', 'increase(pointone_scrape_errors_total'),
  ),
  mutant(
    'PointOneCredentialRejected',
    'one run that times out ends the page',
    '6 PointOneCredentialRejected fires in one-shot use if the credential is rejected later, and resolves when it is accepted',
    inAlert('PointOneCredentialRejected', '[10m]', '[2m]'),
    inAlert('PointOneCredentialRejected', '[10m]', '[2m]'),
  ),
  mutant(
    'PointOneCredentialRejected',
    'a credential that was accepted pages on',
    '6 PointOneCredentialRejected fires in one-shot use if the credential is rejected later, and resolves when it is accepted',
    inAlert('PointOneCredentialRejected', 'unless (pointone:account_up == 1)\n', '\n'),
  ),
  mutant(
    'PointOneCredentialRejected',
    'an account that was removed pages on',
    '6 PointOneCredentialRejected resolves when the account is removed from the configuration',
    inAlert('PointOneCredentialRejected', 'unless pointone:account_removed\n', '\n'),
  ),
  mutant(
    'PointOneCredentialRejected',
    'a failed scrape of the exporter starts the five minutes again',
    '6 PointOneCredentialRejected fires after 5 minutes even if every other scrape of the exporter fails',
    inAlert('PointOneCredentialRejected', 'unless (pointone:account_up == 1)', 'and (pointone:account_up == 0)'),
  ),
  mutant(
    'PointOneCredentialExpiringSoon',
    'an outage resolves the alerts',
    '6 PointOneCredentialExpiringSoon keeps firing while the exporter is down, and resolves with a new credential',
    inRecordingRule('credential_expiry:timestamp_seconds', '[2h]', '[30s]'),
  ),
  mutant(
    'PointOneCredentialExpiringSoon',
    "the later of the replicas' credentials counts",
    '6 PointOneCredentialExpiringSoon uses the earliest expiry if the replicas have different credentials',
    inRecordingRule('credential_expiry:timestamp_seconds', 'min without', 'max without'),
  ),
  mutant(
    'PointOneScrapeFailing',
    'the alert fires a minute late',
    '6 PointOneScrapeFailing fires after 10 minutes if no replica can read the account',
    inAlert('PointOneScrapeFailing', 'for: 10m', 'for: 11m'),
  ),
  mutant(
    'PointOneScrapeFailing',
    'the critical alert fires an hour late',
    '6 PointOneScrapeFailing becomes critical after twelve hours, not earlier',
    inAlert('PointOneScrapeFailing', 'for: 12h', 'for: 13h'),
  ),
  mutant(
    'PointOneScrapeFailing',
    'the alert on one replica fires if both replicas fail',
    '6 PointOneScrapeFailing (info) does not fire if neither replica can read the account',
    everywhere('unless pointone:account_blind', 'unless (pointone:account_blind > 1)'),
  ),
  mutant(
    'PointOneExporterDown',
    'the alert fires a minute late',
    '6 PointOneExporterDown fires if the exporter is down for 15 minutes',
    inAlert('PointOneExporterDown', 'for: 15m', 'for: 16m'),
  ),
  mutant(
    'PointOneExporterDown',
    'an exporter without accounts counts as missing',
    '6 PointOneExporterDown does not fire for an exporter without account metrics, nor when it is upgraded',
    everywhere(' and absent(pointone_exporter_build_info)) unless on () pointone:exporter_seen:timestamp_seconds', ')'),
  ),
  mutant(
    'PointOneExporterDown',
    'an exporter scraped only by /probe counts as missing',
    '6 PointOneExporterDown does not fire for an exporter scraped only by /probe',
    everywhere(
      '(absent(pointone_up) and absent(pointone_exporter_build_info)) unless on () pointone:exporter_seen:timestamp_seconds',
      'absent(pointone_exporter_build_info)',
    ),
  ),
  mutant(
    'PointOneExporterDown',
    'an upgrade counts as an outage',
    '6 PointOneExporterDown does not fire for an exporter without account metrics, nor when it is upgraded',
    inRecordingRule('exporter_seen:timestamp_seconds', ', version', ''),
  ),
  mutant(
    'PointOneExporterDown',
    'no alert fires if no exporter was ever scraped',
    '6 PointOneExporterDown fires after 15 minutes if there has never been an exporter',
    everywhere('absent(pointone_up)', 'absent(up == 2) > 1'),
  ),
  mutant(
    'PointOneTokenListEmpty',
    'a list with one token counts as empty',
    '7 PointOneTokenListEmpty fires after 15 minutes and resolves when the list contains a token',
    inAlert('PointOneTokenListEmpty', '== 0', '<= 1'),
  ),
  mutant(
    'PointOneTokenExpiryUnknown',
    'inactive tokens count',
    '7 PointOneTokenExpiryUnknown fires only for usable tokens, and once for two tokens of the same name',
    inRecordingRule('token_open', '> 0)', '> 2)'),
  ),
  mutant(
    'PointOneTokenStatusUnknown',
    'the severity is always info',
    '3 PointOneTokenStatusUnknown is a warning if the token counts as the successor of an expiring or expired token',
    inAlert('PointOneTokenStatusUnknown', 'unless\n', 'or\n'),
  ),
  mutant(
    'PointOneTokenStatusContradiction',
    'the status ACTIVE is not checked',
    '7 PointOneTokenStatusContradiction fires for an ACTIVE token that expired more than an hour ago',
    inAlert('PointOneTokenStatusContradiction', 'status="ACTIVE"', 'status="NONE"'),
  ),
  mutant(
    'PointOneTokenStatusContradiction',
    'the status EXPIRED is not checked',
    '7 PointOneTokenStatusContradiction fires for an EXPIRED token that expires in more than an hour',
    inAlert('PointOneTokenStatusContradiction', 'status="EXPIRED"', 'status="NONE"'),
  ),
  mutant(
    'PointOneTokenStatusContradiction',
    'half an hour counts as a contradiction',
    '7 PointOneTokenStatusContradiction fires for an ACTIVE token that expired more than an hour ago',
    inLimit('contradiction_seconds', '3600', '1800'),
  ),
  mutant(
    'PointOneTokenFieldUnreadable',
    'two unreadable fields do not count',
    '7 PointOneTokenFieldUnreadable fires after 15 minutes, for each field separately',
    inAlert('PointOneTokenFieldUnreadable', '> 0', '> 2'),
  ),
  mutant(
    'PointOneDuplicateTokens',
    'one duplicate does not count',
    '7 PointOneDuplicateTokens fires after 15 minutes',
    inAlert('PointOneDuplicateTokens', '> 0', '> 1'),
  ),
  mutant(
    'PointOneTokenNameShared',
    'two tokens count as a shared name',
    '7 PointOneTokenNameShared fires for three usable tokens of the same name, not for two',
    inLimit('shared_tokens', '3', '2'),
  ),
  mutant(
    'PointOneTokenNameShared',
    'inactive tokens count',
    '7 PointOneTokenNameShared fires for three usable tokens of the same name, not for two',
    inAlert('PointOneTokenNameShared', '> 0)', '> 2)'),
  ),
  mutant(
    'PointOneClockSkew',
    'a clock that is behind is accepted',
    '7 PointOneClockSkew fires if the clocks differ by more than 5 minutes in either direction for 15 minutes',
    inAlert('PointOneClockSkew', 'abs(', '('),
  ),
  mutant(
    'PointOneClockSkew',
    'a skew of less than five minutes fires the alert',
    '7 PointOneClockSkew fires if the clocks differ by more than 5 minutes in either direction for 15 minutes',
    inLimit('clock_skew_seconds', '5 * 60', '4 * 60'),
  ),
];

export const RULE_MUTANTS: readonly RuleMutant[] = [...REQUIREMENT_MUTANTS, ...ALERT_MUTANTS];
