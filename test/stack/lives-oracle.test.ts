import { describe, expect, it } from 'vitest';
import {
  type Account,
  ALWAYS,
  DAY,
  type Deployment,
  HOUR,
  type Life,
  MINUTE,
  type Replica,
  type Token,
} from './lives/life.ts';
import { expectedAlerts } from './lives/oracle.ts';
import { activeToken, deletedAt, withStatus, withStatusFrom } from './lives/scenario-helpers.ts';
import { seriesOf } from './lives/series.ts';

const NAMED = { name: 'ci', role: 'ROLE_READ' };
const REPLICA: Replica = { labels: { instance: 'a:1', pod: 'a' }, exists: ALWAYS, down: [] };
const PAGE = 'PointOneTokenExpired/critical';
const SOON = 'PointOneTokenExpiringSoon/critical PointOneTokenExpiringSoon/warning';

/** A token with a lifetime of a year. */
function expiringAt(expiresAt: number): Token {
  return activeToken(NAMED, { createdAt: expiresAt - 365 * DAY, expiresAt });
}

interface Circumstances {
  readonly step?: number;
  readonly steps?: number;
  readonly account?: Partial<Account>;
  readonly deployment?: Partial<Deployment>;
}

function lifeOf(
  tokens: readonly Token[],
  { step = MINUTE, steps = 60, account = {}, deployment = {} }: Circumstances = {},
): Life {
  const completeAccount: Account = { name: 'eu', tokens, expected: [], configured: ALWAYS, unreadable: [], ...account };
  const labels = { job: 'pointone', life: 'x' };
  return {
    id: 'x',
    step,
    steps,
    deployments: [{ labels, layout: 'metrics', replicas: [REPLICA], accounts: [completeAccount], ...deployment }],
  };
}

/** Returns the acceptable outcomes of the expiry alerts at an instant. */
function outcomes(life: Life, at: number): string[] {
  const found = expectedAlerts(life).find(({ step, alertGroup }) => alertGroup === 'expiry' && step * life.step === at);
  return [...(found?.acceptable ?? [''])].sort();
}

describe('the oracle', () => {
  it('expects one page at every moment around an expiry', () => {
    const life = lifeOf([expiringAt(30.5 * MINUTE)]);
    expect(outcomes(life, 30 * MINUTE)).toEqual([SOON]);
    expect(outcomes(life, 31 * MINUTE)).toEqual([PAGE]);
  });

  it('uses the smaller of the absolute limit and the lifetime share, and only the absolute limit without a lifetime', () => {
    const dated = activeToken(NAMED, { createdAt: -9 * DAY, expiresAt: 2 * DAY });
    expect(outcomes(lifeOf([dated]), 0)).toEqual(['PointOneTokenExpiringSoon/warning']);
    for (const createdAt of [undefined, 3 * DAY, DAY]) {
      expect(outcomes(lifeOf([{ ...dated, createdAt, listed: ALWAYS }]), 0)).toEqual([SOON]);
    }
  });

  it('distinguishes a token that disappears at its expiry from a deleted one', () => {
    const token = expiringAt(30.5 * MINUTE);
    expect(outcomes(lifeOf([deletedAt(token, 35.5 * MINUTE)]), 59 * MINUTE)).toEqual([PAGE]);
    expect(outcomes(lifeOf([deletedAt(token, 10.5 * MINUTE)]), 59 * MINUTE)).toEqual(['']);
    expect(
      outcomes(lifeOf([withStatusFrom(deletedAt(token, 30.5 * MINUTE), 'REVOKED', 20.5 * MINUTE)]), 59 * MINUTE),
    ).toEqual(['']);
  });

  it('pages for two weeks, and remembers unlisted tokens for four', () => {
    const circumstances = { step: HOUR, steps: 30 * 24 };
    const token = expiringAt(10.5 * HOUR);
    const info = ['PointOneTokenExpired/info'];
    for (const life of [lifeOf([token], circumstances), lifeOf([deletedAt(token, 10.5 * HOUR)], circumstances)]) {
      expect(outcomes(life, 14 * DAY + 10 * HOUR)).toEqual([PAGE]);
      expect(outcomes(life, 14 * DAY + 11 * HOUR)).toEqual(info);
    }
    expect(outcomes(lifeOf([token], circumstances), 29 * DAY)).toEqual(info);
    expect(outcomes(lifeOf([deletedAt(token, 10.5 * HOUR)], circumstances), 29 * DAY)).toEqual(['']);
  });

  it('counts the two weeks of a token with the status EXPIRED from the first list with that status', () => {
    const token = withStatusFrom({ ...expiringAt(0), expiresAt: undefined }, 'EXPIRED', 10.5 * HOUR);
    const life = lifeOf([token], { step: HOUR, steps: 20 * 24 });
    expect(outcomes(life, 14 * DAY + 10 * HOUR)).toEqual([PAGE]);
    expect(outcomes(life, 14 * DAY + 12 * HOUR)).toEqual(['PointOneTokenExpired/info']);
  });

  it('accepts a usable token as a successor, and one of unknown expiry only for an expired token', () => {
    const old = expiringAt(30.5 * MINUTE);
    const successor = expiringAt(100 * DAY);
    const withoutExpiry = { ...successor, expiresAt: undefined };
    expect(outcomes(lifeOf([old, successor]), 30 * MINUTE)).toEqual(['']);
    expect(outcomes(lifeOf([old, withStatus(successor, 'NEW')]), 59 * MINUTE)).toEqual(['']);
    expect(outcomes(lifeOf([old, withStatus(successor, 'REVOKED')]), 59 * MINUTE)).toEqual([PAGE]);
    expect(outcomes(lifeOf([old, withoutExpiry]), 30 * MINUTE)).toEqual([SOON]);
    expect(outcomes(lifeOf([old, withoutExpiry]), 59 * MINUTE)).toEqual(['']);
  });

  it('keeps a deleted successor for five minutes, and expects no page for a shorter gap', () => {
    const old = expiringAt(DAY);
    const successor = expiringAt(100 * DAY);
    const lost = lifeOf([old, deletedAt(successor, 19.5 * MINUTE)]);
    expect(outcomes(lost, 19 * MINUTE)).toEqual(['']);
    expect(outcomes(lost, 22 * MINUTE)).toEqual(['', SOON]);
    expect(outcomes(lost, 26 * MINUTE)).toEqual([SOON]);
    const incomplete = lifeOf([old, { ...successor, hidden: [{ from: 19.5 * MINUTE, to: 23.5 * MINUTE }] }]);
    expect([20, 21, 22, 23, 24].map((minute) => outcomes(incomplete, minute * MINUTE))).toEqual(Array(5).fill(['']));
  });

  it.each([
    ['failing fetches', { account: { unreadable: [{ from: 20, to: Number.POSITIVE_INFINITY }] } }],
    ['an exporter that is down', { deployment: { replicas: [{ ...REPLICA, down: [{ from: 20, to: 20 * DAY }] }] } }],
    ['a target without series', { deployment: { replicas: [{ ...REPLICA, exists: { from: -1, to: 20 } }] } }],
  ])('keeps evaluating the last list for a week during %s', (_outage, circumstances) => {
    const life = lifeOf([expiringAt(30 * HOUR + 1800)], { step: HOUR, steps: 9 * 24, ...circumstances });
    expect(outcomes(life, 30 * HOUR)).toEqual([SOON]);
    expect(outcomes(life, 31 * HOUR)).toEqual([PAGE]);
    expect(outcomes(life, 7 * DAY - HOUR)).toEqual([PAGE]);
    expect(outcomes(life, 7 * DAY + 2 * HOUR)).toEqual(['']);
  });

  it('forgets a removed account immediately', () => {
    const account = { configured: { ...ALWAYS, to: 29.5 * MINUTE } };
    const life = lifeOf([expiringAt(DAY)], { account });
    expect(outcomes(life, 29 * MINUTE)).toEqual([SOON]);
    expect(outcomes(life, 30 * MINUTE)).toEqual(['']);
  });

  it('expects the missing-token alert after 15 minutes, even if every other fetch fails', () => {
    const unreadable = Array.from({ length: 30 }, (_, index) => ({
      from: (2 * index + 1) * MINUTE,
      to: (2 * index + 2) * MINUTE,
    }));
    const life = lifeOf([], { account: { expected: [{ name: 'never', role: '' }], unreadable } });
    const expected = expectedAlerts(life).filter(({ alertGroup }) => alertGroup === 'expected');
    expect(expected.map(({ step }) => step)).toEqual(Array.from({ length: 45 }, (_, index) => index + 15));
    expect(expected[1]?.acceptable).toEqual(new Set(['PointOneExpectedTokenMissing/critical']));
  });
});

describe('the series of a life', () => {
  it('end with a stale marker when a scrape no longer contains them', async () => {
    const life = lifeOf([deletedAt(expiringAt(DAY), 2.5 * MINUTE)], {
      steps: 6,
      deployment: { replicas: [{ ...REPLICA, down: [{ from: 4 * MINUTE, to: 5 * MINUTE }] }] },
    });
    const series = await seriesOf(life, false, 'documented');
    const values = new Map(series.map(({ series, values }) => [series.replace(/\{.*/s, ''), values]));
    expect(values.get('up')).toBe('1+0x3 0+0x0 1+0x0');
    expect(values.get('pointone_up')).toBe('1+0x3 stale 1+0x0');
    expect(values.get('pointone_token_expiry_known')).toBe('1+0x2 stale _x2');
  });

  it('count failures until the exporter restarts', async () => {
    const life = lifeOf([], {
      steps: 7,
      account: { unreadable: [{ from: MINUTE, to: 3 * MINUTE }] },
      deployment: { replicas: [{ ...REPLICA, down: [{ from: 4 * MINUTE, to: 5 * MINUTE }] }] },
    });
    const found = (await seriesOf(life, false, 'documented')).filter(({ series }) => series.includes('_errors_total'));
    expect(found.map(({ values }) => values)).toEqual(['0+0x0 1+0x0 2+0x1 stale 0+0x1']);
  });

  it('contain timestamps in seconds since the start of the life', async () => {
    const life = lifeOf([expiringAt(DAY)], { steps: 2 });
    const series = await seriesOf(life, true, 'documented');
    const timestamps = series.filter((one) => one.series.includes('_timestamp_seconds'));
    expect(timestamps.map((one) => `${one.series.replace(/\{.*/s, '')} ${one.values}`).sort()).toEqual([
      'pointone_exporter_config_last_reload_success_timestamp_seconds 0+0x1',
      'pointone_last_success_timestamp_seconds 0+0x0 60+0x0',
      `pointone_token_created_timestamp_seconds ${-364 * DAY}+0x1`,
      `pointone_token_expiry_timestamp_seconds ${DAY}+0x1`,
    ]);
  });
});
