import { expiryAlerts, type TokenGroup } from './expiry-alerts.ts';
import { expectationKey, isUsable, type KnownState, knownStates, LIST_VALID_FOR } from './known-state.ts';
import { HOUR, type Life, MINUTE, scrapeTimes, storedLabels } from './life.ts';
import { subjectOf } from './promtool.ts';
import type { NameAndRole } from './scenario-helpers.ts';
import { isInactive, type ListedToken } from './scrape.ts';

/** Groups the alerts whose outcomes are only correct or wrong in combination. */
export const ALERT_GROUPS = {
  expiry: ['PointOneTokenExpiringSoon', 'PointOneTokenExpired'],
  expected: ['PointOneExpectedTokenMissing'],
  unknownExpiry: ['PointOneTokenExpiryUnknown'],
  unknownStatus: ['PointOneTokenStatusUnknown'],
} as const;
export type AlertGroup = keyof typeof ALERT_GROUPS;

/**
 * The acceptable outcomes for one subject at one step. An outcome is the sorted list of `AlertName/severity`, joined by
 * spaces.
 */
export interface AlertExpectation {
  readonly step: number;
  readonly alertGroup: AlertGroup;
  /** The labels that the alerts must have, as formatted by `subjectOf`. */
  readonly subject: string;
  readonly acceptable: ReadonlySet<string>;
}

/** A token that disappears may count as a successor of the others in its group for this long. */
const VANISHED_COUNTS_FOR = 5 * MINUTE;

/** The alert fires after an expected token has been missing for this long. */
const MISSING_FOR = 15 * MINUTE;

/** Returns the alerts expected in a life. For a subject and step without an expectation, no alert may fire. */
export function expectedAlerts(life: Life): AlertExpectation[] {
  return life.deployments.flatMap((deployment) =>
    deployment.accounts.flatMap((account) => {
      const known = knownStates(life, deployment, account.name);
      const keys = new Map(account.tokens.map(({ name, role }) => [JSON.stringify([name, role]), { name, role }]));
      const subject = ({ name, role }: NameAndRole): string =>
        subjectOf(storedLabels(deployment.labels, { account: account.name, name, role }));
      return [
        ...[...keys.values()].flatMap((key) => expectTokenAlerts(life, known, key, subject(key))),
        ...account.expected.flatMap((key) => expectMissingTokenAlerts(life, known, key, subject(key))),
      ];
    }),
  );
}

type KnownStates = readonly (KnownState | undefined)[];

function expectTokenAlerts(life: Life, known: KnownStates, key: NameAndRole, subject: string): AlertExpectation[] {
  return scrapeTimes(life).flatMap((at, step) => {
    const groups = possibleGroups(known, step, life.step, key);
    if (groups.every((group) => group.listed.length + group.vanished.length === 0)) return [];
    const expectation = (alertGroup: AlertGroup, outcomes: (group: TokenGroup) => string[][]): AlertExpectation => ({
      step,
      alertGroup,
      subject,
      acceptable: new Set(groups.flatMap(outcomes).map((alerts) => alerts.sort().join(' '))),
    });
    return [
      // One second of tolerance: an instant may coincide with a limit.
      expectation('expiry', (group) => [at - 1, at, at + 1].map((instant) => expiryAlerts(group, instant))),
      expectation('unknownExpiry', (group) => [unknownExpiry(group)]),
      expectation('unknownStatus', (group) => unknownStatus(group, at)),
    ].filter(({ acceptable }) => acceptable.size > 1 || !acceptable.has(''));
  });
}

const EMPTY_GROUP: TokenGroup = { listed: [], vanished: [], expiredSince: new Map() };

/**
 * Returns the states of the group that the rules may see at a step. The current list alone decides, or the lists of the
 * last `VANISHED_COUNTS_FOR` merged, because the rules look back that far.
 */
function possibleGroups(known: KnownStates, step: number, seconds: number, identity: NameAndRole): TokenGroup[] {
  const now = known[step];
  // The state of a removed account disappears immediately.
  if (now === undefined) return [EMPTY_GROUP];
  const windows: TokenGroup[][] = [];
  const history: KnownState[] = [];
  for (let back = step; back >= 0; back -= 1) {
    const then = known[back];
    if (then === undefined) break;
    history.push(then);
    if (back === step || then.fingerprint !== now.fingerprint || then.readAt + LIST_VALID_FOR < now.at) {
      windows.push(mergeStates(now, history, identity));
    }
    if (now.at - then.at >= VANISHED_COUNTS_FOR) break;
  }
  if (now.removedAt !== undefined) return [EMPTY_GROUP, ...windows.flat()];
  if (windows.length === 1) return windows.flat();
  return isListedAgainSoon(known, step, seconds, identity) ? (windows.at(-1) ?? []) : windows.flat();
}

function mergeStates(now: KnownState, history: readonly KnownState[], identity: NameAndRole): TokenGroup[] {
  const valid = history.filter((then) => then.at - then.readAt <= LIST_VALID_FOR);
  if (valid.length === 0) return [EMPTY_GROUP];
  const listed = new Map<string, ListedToken>();
  for (const token of valid.flatMap((then) => tokensOf(then, identity))) {
    const newer = listed.get(token.key);
    if (newer === undefined || (isInactive(newer) && isUsable(token))) listed.set(token.key, token);
  }
  const vanished = [...now.vanished.values()].filter(
    ({ token }) => isInGroup(token, identity) && !listed.has(token.key),
  );
  const group: TokenGroup = { listed: [...listed.values()], vanished, expiredSince: now.expiredSince };
  const variants: TokenGroup[] = [group];
  if (vanished.some(({ certain }) => !certain)) {
    variants.push({ ...group, vanished: vanished.filter(({ certain }) => certain) });
  }
  // A token that disappears minutes before its expiry may count as listed until then.
  const early = vanished.filter(({ token }) => (token.expiresAt ?? 0) > now.at - 1).map(({ token }) => token);
  if (early.length > 0) variants.push({ ...group, listed: [...group.listed, ...early] });
  // Close to the time at which the last list becomes invalid, both outcomes are correct.
  if (Math.abs(now.at - now.readAt - LIST_VALID_FOR) < MINUTE) variants.push(EMPTY_GROUP);
  return variants;
}

function tokensOf(known: KnownState, identity: NameAndRole): ListedToken[] {
  return [...known.list.values()].filter((token) => isInGroup(token, identity));
}

function isInGroup(token: ListedToken, { name, role }: NameAndRole): boolean {
  return token.name === name && token.role === role;
}

/**
 * Reports whether a usable token disappeared recently and is listed again so soon that its absence must not affect
 * alerts.
 */
function isListedAgainSoon(known: KnownStates, step: number, seconds: number, identity: NameAndRole): boolean {
  const usableAt = (index: number): Set<string> => {
    const at = known[index];
    return new Set(
      at === undefined
        ? []
        : tokensOf(at, identity)
            .filter(isUsable)
            .map(({ key }) => key),
    );
  };
  const now = usableAt(step);
  const stepsToCheck = Math.ceil(VANISHED_COUNTS_FOR / seconds);
  for (let left = step; left > Math.max(0, step - stepsToCheck); left -= 1) {
    for (const key of usableAt(left - 1)) {
      if (now.has(key) || usableAt(left).has(key)) continue;
      for (let index = step + 1; (index - left) * seconds < VANISHED_COUNTS_FOR && index < known.length; index += 1) {
        if (usableAt(index).has(key)) return true;
      }
    }
  }
  return false;
}

function unknownExpiry({ listed }: TokenGroup): string[] {
  const unknown = listed.some((token) => isUsable(token) && token.expiresAt === undefined);
  return unknown ? ['PointOneTokenExpiryUnknown/info'] : [];
}

const KNOWN_STATUSES = new Set(['ACTIVE', 'EXPIRED', 'REVOKED']);

function unknownStatus(group: TokenGroup, at: number): string[][] {
  const unknown = group.listed.filter(({ status }) => !KNOWN_STATUSES.has(status));
  if (unknown.length === 0) return [[]];
  const info = ['PointOneTokenStatusUnknown/info'];
  const warning = ['PointOneTokenStatusUnknown/warning'];
  // If the status is empty, the alert on unreadable fields may be the only one to fire.
  const noAlert = unknown.every(({ status }) => status === '') ? [[]] : [];
  const others = group.listed.filter((token) => !unknown.includes(token));
  const needsSuccessor =
    group.vanished.length > 0 || others.some((token) => expiryAlerts({ ...group, listed: [token] }, at).length > 0);
  if (!needsSuccessor) return [...noAlert, info];
  const preventsExpiryAlert =
    expiryAlerts(group, at).length === 0 && expiryAlerts({ ...group, listed: others }, at).length > 0;
  // If another token is also a successor, or an expiry alert fires in any case, both severities are correct.
  return preventsExpiryAlert ? [...noAlert, warning] : [...noAlert, info, warning];
}

function expectMissingTokenAlerts(
  life: Life,
  known: KnownStates,
  { name, role }: NameAndRole,
  subject: string,
): AlertExpectation[] {
  const key = expectationKey(name, role);
  let missingSince: number | undefined;
  return scrapeTimes(life).flatMap((at, step) => {
    const now = known[step];
    const missing = now?.expected.get(key) === false && at - now.readAt <= LIST_VALID_FOR + MINUTE;
    if (!missing) missingSince = undefined;
    else missingSince ??= at;
    const missingFor = missingSince === undefined ? 0 : at - missingSince;
    const acceptable = new Set<string>();
    const isBorderline =
      now !== undefined && Math.abs(at - now.readAt - LIST_VALID_FOR) < Math.min(HOUR, VANISHED_COUNTS_FOR + MINUTE);
    if (missingFor < MISSING_FOR + MINUTE || isBorderline || now?.removedAt !== undefined) acceptable.add('');
    if (missingFor >= MISSING_FOR) acceptable.add('PointOneExpectedTokenMissing/critical');
    return missingFor < MISSING_FOR ? [] : [{ step, alertGroup: 'expected', subject, acceptable }];
  });
}
