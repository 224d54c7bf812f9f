import { type Group, verdict } from './expiry-alerts.ts';
import { CARRIED, chronicle, expectationKey, isUsable, type Knowledge } from './known-state.ts';
import { HOUR, instants, type Life, MINUTE } from './life.ts';
import { subjectOf } from './promtool.ts';
import { isDead, type Seen } from './scrape.ts';

/** Alerts that answer one question, so that what fires of them is right or wrong as a whole. */
export const FAMILIES = {
  expiry: ['PointOneTokenExpiringSoon', 'PointOneTokenExpired'],
  expected: ['PointOneExpectedTokenMissing'],
  unknownExpiry: ['PointOneTokenExpiryUnknown'],
  unknownStatus: ['PointOneTokenStatusUnknown'],
} as const;
export type FamilyName = keyof typeof FAMILIES;

/** What may fire for one subject at one step: each outcome is the sorted `AlertName/severity` that fire. */
export interface Judgement {
  readonly step: number;
  readonly family: FamilyName;
  /** The labels that the alerts must have, as `subjectOf` writes them. */
  readonly subject: string;
  readonly acceptable: ReadonlySet<string>;
}

/** A token that leaves may cover its group for this long. */
const COVER = 5 * MINUTE;

/** How long an expected token is missing before that is said. */
const MISSING = 15 * MINUTE;

/** What must be so in a life; where nothing is said of a subject at a step, nothing may fire. */
export function judge(life: Life): Judgement[] {
  return life.places.flatMap((place) =>
    place.accounts.flatMap((account) => {
      const known = chronicle(life, place, account.name);
      const labels = { ...place.labels, account: account.name };
      const keys = new Map(account.tokens.map(({ name, role }) => [JSON.stringify([name, role]), { name, role }]));
      return [
        ...[...keys.values()].flatMap((key) => judgeGroup(life, known, { ...labels, ...key })),
        ...account.expected.flatMap((key) => judgeExpected(life, known, { ...labels, ...key })),
      ];
    }),
  );
}

type GroupLabels = Readonly<Record<string, string>> & { readonly name: string; readonly role: string };
type Chronicle = readonly (Knowledge | undefined)[];

function judgeGroup(life: Life, known: Chronicle, labels: GroupLabels): Judgement[] {
  const subject = subjectOf(labels);
  return instants(life).flatMap((at, step) => {
    const views = viewsOf(known, step, life.step, labels);
    if (views.every((view) => view.listed.length + view.vanished.length === 0)) return [];
    const judgement = (family: FamilyName, outcomes: (view: Group) => string[][]): Judgement => ({
      step,
      family,
      subject,
      acceptable: new Set(views.flatMap(outcomes).map((alerts) => alerts.sort().join(' '))),
    });
    return [
      // A second either way, as an instant that falls on a limit is nobody's mistake.
      judgement('expiry', (view) => [at - 1, at, at + 1].map((instant) => verdict(view, instant))),
      judgement('unknownExpiry', (view) => [unknownExpiry(view)]),
      judgement('unknownStatus', (view) => unknownStatus(view, at)),
    ].filter(({ acceptable }) => acceptable.size > 1 || !acceptable.has(''));
  });
}

const NOTHING: Group = { listed: [], vanished: [], expiredSince: new Map() };

/** The group as it may be seen at a step: by the list that counts then, or by the best of the last minutes. */
function viewsOf(known: Chronicle, step: number, seconds: number, labels: GroupLabels): Group[] {
  const now = known[step];
  // A removed account is gone at once, and with it all that was known of it.
  if (now === undefined) return [NOTHING];
  const windows: Group[][] = [];
  const history: Knowledge[] = [];
  for (let back = step; back >= 0; back -= 1) {
    const then = known[back];
    if (then === undefined) break;
    history.push(then);
    if (back === step || then.fingerprint !== now.fingerprint || then.readAt + CARRIED < now.at) {
      windows.push(mergedViews(now, history, labels));
    }
    if (now.at - then.at >= COVER) break;
  }
  if (now.removedAt !== undefined) return [NOTHING, ...windows.flat()];
  if (windows.length === 1) return windows.flat();
  return returnsSoon(known, step, seconds, labels) ? (windows.at(-1) ?? []) : windows.flat();
}

function mergedViews(now: Knowledge, history: readonly Knowledge[], labels: GroupLabels): Group[] {
  const stale = history.filter((then) => then.at - then.readAt <= CARRIED);
  if (stale.length === 0) return [NOTHING];
  const listed = new Map<string, Seen>();
  for (const token of stale.flatMap((then) => groupOf(then, labels))) {
    const newer = listed.get(token.key);
    if (newer === undefined || (isDead(newer) && isUsable(token))) listed.set(token.key, token);
  }
  const vanished = [...now.vanished.values()].filter(({ token }) => isOf(token, labels) && !listed.has(token.key));
  const group: Group = { listed: [...listed.values()], vanished, expiredSince: now.expiredSince };
  const variants: Group[] = [group];
  if (vanished.some(({ certain }) => !certain)) {
    variants.push({ ...group, vanished: vanished.filter(({ certain }) => certain) });
  }
  // Gone from the list some minutes before its time: it may count as listed until then.
  const early = vanished.filter(({ token }) => (token.expiresAt ?? 0) > now.at - 1).map(({ token }) => token);
  if (early.length > 0) variants.push({ ...group, listed: [...group.listed, ...early] });
  // A second before the last list has had its time, or a second after.
  if (Math.abs(now.at - now.readAt - CARRIED) < MINUTE) variants.push(NOTHING);
  return variants;
}

function groupOf(known: Knowledge, labels: GroupLabels): Seen[] {
  return [...known.list.values()].filter((token) => isOf(token, labels));
}

function isOf(token: Seen, { name, role }: GroupLabels): boolean {
  return token.name === name && token.role === role;
}

/** Whether a usable token that left within the last minutes is listed again before it would be missed: an odd list. */
function returnsSoon(known: Chronicle, step: number, seconds: number, labels: GroupLabels): boolean {
  const usableAt = (index: number): Set<string> => {
    const at = known[index];
    return new Set(
      at === undefined
        ? []
        : groupOf(at, labels)
            .filter(isUsable)
            .map(({ key }) => key),
    );
  };
  const now = usableAt(step);
  const reach = Math.ceil(COVER / seconds);
  for (let left = step; left > Math.max(0, step - reach); left -= 1) {
    for (const key of usableAt(left - 1)) {
      if (now.has(key) || usableAt(left).has(key)) continue;
      for (let index = step + 1; (index - left) * seconds < COVER && index < known.length; index += 1) {
        if (usableAt(index).has(key)) return true;
      }
    }
  }
  return false;
}

function unknownExpiry({ listed }: Group): string[] {
  const unknown = listed.some((token) => isUsable(token) && token.expiresAt === undefined);
  return unknown ? ['PointOneTokenExpiryUnknown/info'] : [];
}

const KNOWN_STATUSES = new Set(['ACTIVE', 'EXPIRED', 'REVOKED']);

function unknownStatus(group: Group, at: number): string[][] {
  const unknown = group.listed.filter(({ status }) => !KNOWN_STATUSES.has(status));
  if (unknown.length === 0) return [[]];
  const info = ['PointOneTokenStatusUnknown/info'];
  const warning = ['PointOneTokenStatusUnknown/warning'];
  // Without a status at all, it may as well be left to the alert about fields that cannot be read.
  const silent = unknown.every(({ status }) => status === '') ? [[]] : [];
  const others = group.listed.filter((token) => !unknown.includes(token));
  const needy =
    group.vanished.length > 0 || others.some((token) => verdict({ ...group, listed: [token] }, at).length > 0);
  if (!needy) return [...silent, info];
  const covers = verdict(group, at).length === 0 && verdict({ ...group, listed: others }, at).length > 0;
  // Whether it covers one that yet another token covers too, or covers it in part, is a matter of taste.
  return covers ? [...silent, warning] : [...silent, info, warning];
}

function judgeExpected(life: Life, known: Chronicle, labels: GroupLabels): Judgement[] {
  const subject = subjectOf(labels);
  const key = expectationKey(labels.name, labels.role);
  let missingSince: number | undefined;
  return instants(life).flatMap((at, step) => {
    const now = known[step];
    const missing = now?.expected.get(key) === false && at - now.readAt <= CARRIED + MINUTE;
    if (!missing) missingSince = undefined;
    else missingSince ??= at;
    const lasted = missingSince === undefined ? 0 : at - missingSince;
    const acceptable = new Set<string>();
    const doubtful = now !== undefined && Math.abs(at - now.readAt - CARRIED) < Math.min(HOUR, COVER + MINUTE);
    if (lasted < MISSING + MINUTE || doubtful || now?.removedAt !== undefined) acceptable.add('');
    if (lasted >= MISSING) acceptable.add('PointOneExpectedTokenMissing/critical');
    return lasted < MISSING ? [] : [{ step, family: 'expected', subject, acceptable }];
  });
}
