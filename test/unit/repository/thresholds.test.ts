import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { SETTINGS } from '../../../src/config/settings.ts';
import { CONTRADICTION_MS, MAX_CLOCK_SKEW_MS } from '../../../src/health/findings.ts';
import { DAY_MS } from '../../../src/model/instant.ts';
import { ABANDONED_AFTER_MS } from '../../../src/model/state.ts';
import { DEFAULT_THRESHOLDS } from '../../../src/model/urgency.ts';
import { MARKDOWN_FILES } from '../../support/markdown.ts';
import { REPOSITORY } from '../../support/repository.ts';

const read = (file: string): string => readFileSync(new URL(file, REPOSITORY), 'utf8');

interface RuleFile {
  readonly groups: readonly { readonly rules: readonly { readonly record?: string; readonly expr: string }[] }[];
}

const RULES = (parse(read('alerts/rules.yml')) as RuleFile).groups.flatMap(({ rules }) => rules);

/** Returns the value of a threshold of the alerting rules: `vector(14 * 86400)` is 1209600. */
function limit(name: string): number {
  const expression = RULES.find(({ record }) => record === `pointone:limit:${name}`)?.expr ?? '';
  const [, factors = ''] = /^vector\(([\d.* ]+)\)$/.exec(expression) ?? [];
  return factors.split('*').reduce((product, factor) => product * Number(factor), 1);
}

const days = (seconds: number): number => (seconds * 1000) / DAY_MS;

const { warning, critical } = DEFAULT_THRESHOLDS;

describe('the thresholds of the alerting rules', () => {
  it.each([
    ['warning_left_seconds', warning.leftMs / 1000],
    ['warning_lifetime_share', warning.lifetimeShare],
    ['critical_left_seconds', critical.leftMs / 1000],
    ['critical_lifetime_share', critical.lifetimeShare],
    ['expired_critical_seconds', ABANDONED_AFTER_MS / 1000],
    ['contradiction_seconds', CONTRADICTION_MS / 1000],
    ['clock_skew_seconds', MAX_CLOCK_SKEW_MS / 1000],
  ])('are those of src/: %s', (name, value) => {
    expect(limit(name)).toBe(value);
  });

  it('are the default thresholds of check', () => {
    expect(SETTINGS.warning.parser.parse(SETTINGS.warning.default)).toEqual({ value: warning.leftMs });
    expect(SETTINGS.critical.parser.parse(SETTINGS.critical.default)).toEqual({ value: critical.leftMs });
  });
});

/** The numbers and shares in words. A threshold with another value needs its word here. */
const NUMBERS: Readonly<Record<string, number>> = { five: 5, seven: 7, fourteen: 14 };
const SHARES: Readonly<Record<string, number>> = { third: 1 / 3, quarter: 1 / 4, fifth: 1 / 5, tenth: 1 / 10 };

/** Durations in days that are not thresholds: Alertmanager's retention, a new token, a jump of the clock. */
const NO_THRESHOLD = [
  /the longest `repeat_interval` \(7 days\), and the default is 5 days/,
  /seven days in the example. The default retention is five days/,
  /about 365 days/g,
  /jumps 30 days/,
];

/** Texts that state thresholds. The decisions describe the past. */
const FILES = [
  ...MARKDOWN_FILES.filter((file) => /^(README\.md|docs\/(?!decisions\/|performance))/.test(file)),
  'src/config/settings.ts',
  'demo/scenario.ts',
];

describe.each(FILES)('%s', (file) => {
  const text = NO_THRESHOLD.reduce((rest, pattern) => rest.replace(pattern, ''), read(file).replace(/\s+/g, ' '));
  const excerpt = (index: number): string => text.slice(Math.max(0, index - 60), index + 60);

  it('states the current thresholds in days', () => {
    const left = [warning.leftMs, critical.leftMs].map((ms) => ms / DAY_MS);
    const others = ['expired_critical_seconds', 'memory_seconds', 'expired_unlisted_seconds'].map((name) =>
      days(limit(name)),
    );
    for (const match of text.matchAll(/(less than )?\b(\d+|[a-z]+) (?:or more )?days\b/gi)) {
      const [, isLeft, number = ''] = match;
      const value = NUMBERS[number.toLowerCase()] ?? Number(number);
      if (Number.isNaN(value)) continue;
      expect(isLeft === undefined ? others : left, excerpt(match.index)).toContain(value);
    }
  });

  it('states the current thresholds as shares of the lifetime', () => {
    const shares = [warning.lifetimeShare, critical.lifetimeShare];
    for (const match of text.matchAll(/\ba (\w+) of (?:its|the|the token's) lifetime\b/g)) {
      expect(shares, excerpt(match.index)).toContain(SHARES[match[1] ?? '']);
    }
  });
});

it('the statements are found', () => {
  const all = FILES.map(read).join(' ').replace(/\s+/g, ' ');
  expect(all.match(/less than \d+ days/g)?.length).toBeGreaterThan(8);
  expect(all.match(/\b(\d+|seven) days/g)?.length).toBeGreaterThan(20);
  expect(all.match(/\ba (\w+) of (?:its|the|the token's) lifetime\b/g)?.length).toBeGreaterThan(5);
  expect(read('docs/check.md')).toContain(
    `"warning": { "left_seconds": ${warning.leftMs / 1000}, "lifetime_share": ${warning.lifetimeShare} }`,
  );
  expect(read('docs/check.md')).toContain(
    `"critical": { "left_seconds": ${critical.leftMs / 1000}, "lifetime_share": ${critical.lifetimeShare} }`,
  );
  const severities = { warning, critical };
  for (const [severity, { leftMs, lifetimeShare }] of Object.entries(severities)) {
    const share = Object.keys(SHARES).find((word) => SHARES[word] === lifetimeShare);
    expect(read('docs/alerts.md').replace(/ +/g, ' ')).toContain(
      `| ${severity} | less than ${leftMs / DAY_MS} days | less than a ${share} |`,
    );
  }
});
